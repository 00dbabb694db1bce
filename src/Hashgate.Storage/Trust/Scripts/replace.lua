-- Puts new values in the place of those that still have the number the caller has read, if the fence holds.
-- KEYS: state, sequence index, the project's records, the project's history
-- ARGV: fence identity, fence sequence, project, then for each record: key, the number read, the new value without its number, a history entry or ''
-- Returns: identity, sequence, then for each record its new number, or the value that is there instead (false: none)
local state = redis.call('HMGET', KEYS[1], 'identity', 'sequence')
local identity, sequence = state[1] or '', tonumber(state[2] or '0')
local open = identity ~= '' and identity == ARGV[1] and sequence >= tonumber(ARGV[2])
local result = {identity, 0}
for i = 4, #ARGV, 4 do
  local key, was = ARGV[i], redis.call('HGET', KEYS[3], ARGV[i])
  if open and was and struct.unpack('>I8', was) == tonumber(ARGV[i + 1]) then
    sequence = sequence + 1
    redis.call('HSET', KEYS[3], key, struct.pack('>I8', sequence) .. ARGV[i + 2])
    redis.call('ZADD', KEYS[2], sequence, ARGV[3] .. ' ' .. key)
    if ARGV[i + 3] ~= '' then redis.call('RPUSH', KEYS[4], ARGV[i + 3]) end
    result[#result + 1] = sequence
  else
    result[#result + 1] = was
  end
end
if open then redis.call('HSET', KEYS[1], 'sequence', sequence) end
result[2] = sequence
return result
