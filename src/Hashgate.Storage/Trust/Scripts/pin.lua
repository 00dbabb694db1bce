-- Records what has no record yet, if the fence holds, and tells what is there now.
-- KEYS: state, sequence index, the project's records
-- ARGV: fence identity, fence sequence, project, then a key and a value without its number for each claim
-- Returns: identity, sequence, then for each claim its new number, the value that was there, or false
local state = redis.call('HMGET', KEYS[1], 'identity', 'sequence')
local identity, sequence = state[1] or '', tonumber(state[2] or '0')
local open = identity ~= '' and identity == ARGV[1] and sequence >= tonumber(ARGV[2])
local keys = {}
for i = 4, #ARGV, 2 do keys[#keys + 1] = ARGV[i] end
local found = redis.call('HMGET', KEYS[3], unpack(keys))
local result, put, index, new = {identity, 0}, {}, {}, {}
for i, key in ipairs(keys) do
  if found[i] then
    result[i + 2] = found[i]
  elseif new[key] then
    result[i + 2] = new[key]
  elseif open then
    sequence = sequence + 1
    local value = struct.pack('>I8', sequence) .. ARGV[3 + 2 * i]
    new[key] = value
    put[#put + 1] = key
    put[#put + 1] = value
    index[#index + 1] = sequence
    index[#index + 1] = ARGV[3] .. ' ' .. key
    result[i + 2] = sequence
  else
    result[i + 2] = false
  end
end
if #put > 0 then
  redis.call('HSET', KEYS[3], unpack(put))
  redis.call('ZADD', KEYS[2], unpack(index))
  redis.call('HSET', KEYS[1], 'sequence', sequence)
end
result[2] = sequence
return result
