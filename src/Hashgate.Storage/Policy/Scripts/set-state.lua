-- Says what the store is, and raises its versions.
-- KEYS: state, versions; ARGV: identity, predecessors, then for each kind its name and its least version
redis.call('HSET', KEYS[1], 'identity', ARGV[1], 'predecessors', ARGV[2])
for i = 3, #ARGV, 2 do
  local version = tonumber(redis.call('HGET', KEYS[2], ARGV[i]) or '0')
  if version < tonumber(ARGV[i + 1]) then redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1]) end
end
return 1
