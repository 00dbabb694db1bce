-- Records what has no record yet, if the fence holds, and tells what is there now.
-- KEYS: state, sequence index, the project's records
-- ARGV: fence identity, fence sequence, project, the sequence the caller counted on, how many new records make one entry of the index,
--       then for each claim a key and a value with the number it has if that sequence is the present one
-- Returns: identity, sequence, then for each claim its new number, the value that was there, or false
local state = redis.call('HMGET', KEYS[1], 'identity', 'sequence')
local identity, sequence = state[1] or '', tonumber(state[2] or '0')
local open = identity ~= '' and identity == ARGV[1] and sequence >= tonumber(ARGV[2])
local before, counted = sequence, tonumber(ARGV[4])
local keys = {}
for i = 6, #ARGV, 2 do keys[#keys + 1] = ARGV[i] end
local found = redis.call('HMGET', KEYS[3], unpack(keys))
local result, put, new = {identity, 0}, {}, {}
for i, key in ipairs(keys) do
  if found[i] then
    result[i + 2] = found[i]
  elseif new[key] then
    result[i + 2] = new[key]
  elseif open then
    sequence = sequence + 1
    local value = ARGV[5 + 2 * i]
    if sequence ~= counted + i then value = struct.pack('>I8', sequence) .. string.sub(value, 9) end
    new[key] = value
    put[#put + 1] = key
    put[#put + 1] = value
    result[i + 2] = sequence
  else
    result[i + 2] = false
  end
end
if #put > 0 then
  redis.call('HSET', KEYS[3], unpack(put))
  if #put >= 2 * tonumber(ARGV[5]) then
    redis.call('ZADD', KEYS[2], sequence, ARGV[3] .. '/' .. (before + 1))
  else
    for i = 1, #put, 2 do redis.call('ZADD', KEYS[2], before + (i + 1) / 2, ARGV[3] .. ' ' .. put[i]) end
  end
  redis.call('HSET', KEYS[1], 'sequence', sequence)
end
result[2] = sequence
return result
