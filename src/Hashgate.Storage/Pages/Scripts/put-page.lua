-- Keeps a page, unless the page of a later turn is there.
-- KEYS: the page; ARGV: turn, how long it is kept (ms), the body's digest, the header, then the body, or nothing to keep the one that is there
-- Returns: 1; 0 where a later one is there; -1 where the body that the header names is not
local there = redis.call('HMGET', KEYS[1], 'turn', 'digest')
if (tonumber(there[1] or '0') or 0) > tonumber(ARGV[1]) then return 0 end
if ARGV[5] then
  redis.call('HSET', KEYS[1], 'body', ARGV[5])
elseif there[2] ~= ARGV[3] then
  return -1
end
redis.call('HSET', KEYS[1], 'turn', ARGV[1], 'digest', ARGV[3], 'header', ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
