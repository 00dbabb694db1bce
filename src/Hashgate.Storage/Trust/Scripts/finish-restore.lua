-- The last step of a restore: from here on the store is what it says it is.
-- KEYS: state; ARGV: identity, sequence
local sequence = math.max(tonumber(redis.call('HGET', KEYS[1], 'sequence') or '0'), tonumber(ARGV[2]))
redis.call('HSET', KEYS[1], 'identity', ARGV[1], 'sequence', sequence)
return sequence
