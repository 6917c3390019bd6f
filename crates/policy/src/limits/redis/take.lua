-- Takes from several levels at once, or from none. For each key there are six arguments: whether it is
-- a bucket or a quota, the most there can be, what comes back in a millisecond, the milliseconds to the
-- end of its window, what has to be there, and what is taken. The answer is the number of the key that
-- has to wait longest (0 when all was taken), for how many milliseconds, and what is left of each in
-- thousandths.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local left, refused, longest = {}, 0, 0
for i, key in ipairs(KEYS) do
  local at = (i - 1) * 6
  local whole, per_ms, need = tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3]), tonumber(ARGV[at + 5])
  local level, wait = whole, 0
  if ARGV[at + 1] == 'bucket' then
    local kept = redis.call('HMGET', key, 'left', 'at')
    if kept[1] then
      level = math.min(whole, tonumber(kept[1]) + math.max(0, now - tonumber(kept[2])) * per_ms)
      -- The clock was put back, or another Redis took over: it fills from now on.
      if tonumber(kept[2]) > now then redis.call('HSET', key, 'at', now) end
    end
    wait = math.ceil((need - level) / per_ms)
  else
    level = whole - tonumber(redis.call('GET', key) or '0')
    wait = tonumber(ARGV[at + 4])
  end
  if level + 0.000001 < need and wait >= longest then
    refused, longest = i, math.max(1, wait)
  end
  left[i] = level
end
local answer = { refused, longest }
for i, key in ipairs(KEYS) do
  local at = (i - 1) * 6
  if refused == 0 then
    local whole, per_ms, cost = tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3]), tonumber(ARGV[at + 6])
    -- No more is given back than was used.
    cost = math.max(cost, math.min(0, left[i] - whole))
    left[i] = left[i] - cost
    if ARGV[at + 1] == 'bucket' then
      redis.call('HSET', key, 'left', string.format('%.17g', left[i]), 'at', now)
      redis.call('PEXPIRE', key, math.ceil((whole - left[i]) / per_ms) + 1000)
    elseif cost ~= 0 then
      redis.call('INCRBYFLOAT', key, string.format('%.17g', cost))
      redis.call('PEXPIRE', key, tonumber(ARGV[at + 4]) + 60000)
    end
  end
  answer[i + 2] = math.floor(left[i] * 1000 + 0.5)
end
return answer
