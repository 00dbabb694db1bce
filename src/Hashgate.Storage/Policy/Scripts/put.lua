-- Puts a document in the place of the one that was read, and tells of a change of its kind.
-- KEYS: versions, the kind's documents; ARGV: kind, id, the revision read (0: none), the new text
-- Returns: the new revision, 0 where another one is there
local was = redis.call('HGET', KEYS[2], ARGV[2])
local revision = was and struct.unpack('>I8', was) or 0
if revision ~= tonumber(ARGV[3]) then return 0 end
local version = redis.call('HINCRBY', KEYS[1], ARGV[1], 1)
redis.call('HSET', KEYS[2], ARGV[2], struct.pack('>I8', version) .. ARGV[4])
return version
