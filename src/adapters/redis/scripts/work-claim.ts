import { defineScript } from '../connection.js';
import { workState } from './work-state.js';

/**
 * Claims what is next. `ARGV`: time, the claim's token, its lease in milliseconds, the most attempts, the failure of work
 * that has none left (JSON), and the groups that have their share. First the claims whose lease ran out are given back,
 * and what waited for its time is let in: at most 100 of each, so that a call stays short; each claim brings the next.
 *
 * Returns id, group, attempts, reports, failure, payload and progress; or, when nothing may start, one number: in how many
 * milliseconds something may, or −1 for "when somebody says so".
 */
export const workClaim = defineScript(`${workState}
local token, leaseMs, maxAttempts, poisoned = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5]
local BATCH = 100

for _, lapsed in ipairs(redis.call('ZRANGEBYSCORE', key('claims'), '-inf', now, 'LIMIT', 0, BATCH)) do
  local id = claimedBy(lapsed)
  if id then putToWait(id) end
  free(lapsed)
end
for _, id in ipairs(redis.call('ZRANGEBYSCORE', key('later'), '-inf', now, 'LIMIT', 0, BATCH)) do
  redis.call('ZREM', key('later'), id)
  offer(id)
end

local isFull, fullCount = {}, 0
for index = 6, #ARGV do
  isFull[ARGV[index]] = true
  fullCount = fullCount + 1
end

-- The groups after the one that had the last turn come first, then those from the start.
local function nextGroup()
  local last = redis.call('GET', key('turn')) or ''
  for _, range in ipairs({ { '(' .. last, '+' }, { '-', '[' .. last } }) do
    local groups = redis.call('ZRANGEBYLEX', key('ready-groups'), range[1], range[2], 'LIMIT', 0, fullCount + 1)
    for _, group in ipairs(groups) do
      if not isFull[group] then return group end
    end
  end
end

local function nextLookMs()
  local soonest = -1
  for _, list in ipairs({ 'claims', 'later' }) do
    local at = redis.call('ZRANGE', key(list), 0, 0, 'WITHSCORES')[2]
    local inMs = at and math.max(0, tonumber(at) - now)
    if inMs and (soonest < 0 or inMs < soonest) then soonest = inMs end
  end
  return soonest
end

signalIfReady()
local group = nextGroup()
if not group then return { nextLookMs() } end

local id = redis.call('ZRANGE', key('ready', group), 0, 0)[1]
local order, attempts, failure = read(id, 'order', 'attempts', 'failure')
takeFromWaiting(id, group)
redis.call('SET', key('turn'), group)
redis.call('HSET', key('item', id), 'state', 'active', 'claim', token)
if not failure and tonumber(attempts) >= maxAttempts then
  failure = poisoned
  redis.call('HSET', key('item', id), 'failure', failure)
end
redis.call('HINCRBY', key('item', id), failure and 'reports' or 'attempts', 1)
redis.call('HSET', key('claim', token), 'id', id)
redis.call('ZADD', key('claims'), now + leaseMs, token)
redis.call('HSET', key('busy'), 'id:' .. id, token)
if order then
  redis.call('HSET', key('claim', token), 'order', order)
  redis.call('HSET', key('busy'), 'order:' .. order, token)
end
return { id, read(id, 'group', 'attempts', 'reports', 'failure', 'payload', 'progress') }
`);
