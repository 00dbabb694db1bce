-- Removes the document that was read, and tells of a change of its kind.
-- KEYS: versions, the kind's documents; ARGV: kind, id, the revision read
-- Returns: 1, or 0 where another one is there, or none
local was = redis.call('HGET', KEYS[2], ARGV[2])
if not was or struct.unpack('>I8', was) ~= tonumber(ARGV[3]) then return 0 end
redis.call('HINCRBY', KEYS[1], ARGV[1], 1)
redis.call('HDEL', KEYS[2], ARGV[2])
return 1
