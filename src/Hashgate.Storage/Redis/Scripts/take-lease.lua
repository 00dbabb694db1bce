-- Takes a lease that nobody holds, and numbers it. Numbers are microseconds, or one more than the last: they grow when the clock is set
-- back, and also when Redis forgets the last one.
-- KEYS: the lease, the last number; ARGV: owner, how long it lasts (ms)
-- Returns: the number; 0 where somebody holds the lease
if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 0 end
local now = redis.call('TIME')
local number = math.max(tonumber(redis.call('GET', KEYS[2]) or '0') + 1, now[1] * 1000000 + now[2])
redis.call('SET', KEYS[2], string.format('%.0f', number))
return number
