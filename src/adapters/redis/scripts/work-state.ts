/**
 * What all scripts on a queue's work begin with: the queue's keys, the time, and the moves between its lists.
 *
 * `KEYS[1]` is the start of the queue's keys, whose braces keep them in one slot of a Redis Cluster; the names of the
 * others come from ids, groups and order keys, and are made here. `ARGV[1]` is the time in milliseconds since 1970, or
 * empty for Redis' own. Below the start there are:
 * - `item:<id>`: a hash; its `claim` is the token of the claim that counts, its `expiresAt` is set once it is over;
 * - `all`, `all:<group>`, `order:<order key>`: ids of what is not over, by sequence;
 * - `waiting:<group>`: ids that wait, by sequence, and `ready:<group>`: those among them that may start now;
 *   `waiting-groups` and `ready-groups`: the groups that have such, by name;
 * - `later`: ids that wait for a time, by that time;
 * - `over:<group>`: ids that are over and remembered, by the time until which they are;
 * - `claims`: tokens by the end of their lease, `claim:<token>`: what each holds, also after the work was cancelled,
 *   and `busy`: the ids and order keys that are held, so that nothing of them starts;
 * - `sequence`, and `turn`: the group that had the last turn.
 */
export const workState = `
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local somethingIsReady = false

local function key(part, name)
  if name then return KEYS[1] .. ':' .. part .. ':' .. name end
  return KEYS[1] .. ':' .. part
end

local function read(id, ...)
  return unpack(redis.call('HMGET', key('item', id), ...))
end

local function putInto(list, group, id, sequence)
  redis.call('ZADD', key(list .. '-groups'), 0, group)
  return redis.call('ZADD', key(list, group), sequence, id) == 1
end

local function takeFrom(list, group, id)
  redis.call('ZREM', key(list, group), id)
  if redis.call('EXISTS', key(list, group)) == 0 then redis.call('ZREM', key(list .. '-groups'), group) end
end

local function firstOf(order)
  return redis.call('ZRANGE', key('order', order), 0, 0)[1]
end

-- Lets waiting work start, unless its time has not come or its id or order key is held by other work.
local function offer(id)
  local state, group, order, sequence, notBefore = read(id, 'state', 'group', 'order', 'sequence', 'notBefore')
  if state ~= 'waiting' or redis.call('HEXISTS', key('busy'), 'id:' .. id) == 1 then return end
  if order and (firstOf(order) ~= id or redis.call('HEXISTS', key('busy'), 'order:' .. order) == 1) then return end
  if notBefore and tonumber(notBefore) > now then
    redis.call('ZADD', key('later'), notBefore, id)
  elseif putInto('ready', group, id, sequence) then
    somethingIsReady = true
  end
end

local function offerFirstOf(order)
  local first = order and firstOf(order)
  if first then offer(first) end
end

local function putToWait(id)
  local group, sequence = read(id, 'group', 'sequence')
  redis.call('HSET', key('item', id), 'state', 'waiting')
  redis.call('HDEL', key('item', id), 'claim')
  putInto('waiting', group, id, sequence)
  offer(id)
end

local function takeFromWaiting(id, group)
  takeFrom('waiting', group, id)
  takeFrom('ready', group, id)
  redis.call('ZREM', key('later'), id)
end

local function takeFromAll(id, group, order)
  takeFromWaiting(id, group)
  redis.call('ZREM', key('all'), id)
  redis.call('ZREM', key('all', group), id)
  if order then redis.call('ZREM', key('order', order), id) end
end

-- What is remembered goes by itself when its time is over, so that nobody has to sweep.
local function endAs(state, id, memoryMs)
  local group, order = read(id, 'group', 'order')
  takeFromAll(id, group, order)
  redis.call('HDEL', key('item', id), 'payload', 'failure', 'claim', 'notBefore')
  redis.call('HSET', key('item', id), 'state', state, 'expiresAt', now + memoryMs)
  redis.call('PEXPIRE', key('item', id), memoryMs)
  redis.call('ZREMRANGEBYSCORE', key('over', group), '-inf', now)
  redis.call('ZADD', key('over', group), now + memoryMs, id)
  redis.call('PEXPIRE', key('over', group), memoryMs)
end

-- Ends a claim: what it held may start.
local function free(token)
  local id, order = unpack(redis.call('HMGET', key('claim', token), 'id', 'order'))
  if not id then return end
  redis.call('ZREM', key('claims'), token)
  redis.call('DEL', key('claim', token))
  redis.call('HDEL', key('busy'), 'id:' .. id)
  if order then redis.call('HDEL', key('busy'), 'order:' .. order) end
  offer(id)
  offerFirstOf(order)
end

-- The id of the work that a claim is for, if the claim still counts.
local function claimedBy(token)
  local id = redis.call('HGET', key('claim', token), 'id')
  if id and read(id, 'claim') == token then return id end
end

local function signal(message)
  redis.call('PUBLISH', key('signals'), message)
end

local function signalIfReady()
  if somethingIsReady then signal('ready') end
end
`;
