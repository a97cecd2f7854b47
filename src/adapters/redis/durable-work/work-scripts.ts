import { defineScript } from '../connection.js';

/** What the lock of cancelled work holds in front of the token of whoever does it. */
export const CANCELLED = 'cancelled:';

/** A lock that a script found lasts for BullMQ's step behind it, which Redis before 7.2 gives a time of its own. */
const STEP_MS = 10_000;

/**
 * What scripts on the lists share. BullMQ takes a delayed job whose time has come with the next that is asked for, so that work
 * that was put off may be taken at once when its time is set to 0.
 */
const prelude = `
local function isOver(job)
  return redis.call('EXISTS', job) == 0 or redis.call('HEXISTS', job, 'finishedOn') == 1
end

local function split(reference)
  return string.match(reference, '^(.-)/(.*)$')
end

local function offerFirst(list, jobs, news)
  local first = redis.call('LINDEX', list, 0)
  if not first then return end
  local group, name = split(first)
  redis.call('ZADD', jobs .. group .. ':delayed', 'XX', 0, name)
  redis.call('PUBLISH', news, 'ready ' .. group)
end

local function takeOut(list, reference, jobs, news)
  local wasFirst = redis.call('LINDEX', list, 0) == reference
  redis.call('LREM', list, 0, reference)
  if wasFirst then offerFirst(list, jobs, news) end
end

-- BullMQ counts what comes into its line as long as anything is in it.
local function forgetCounter(line, counter)
  if redis.call('EXISTS', line) == 0 then redis.call('DEL', counter) end
end

local function forget(place, reference)
  if redis.call('GET', place) ~= reference then return 0 end
  return redis.call('DEL', place)
end
`;

/**
 * Takes in a piece of work. Keys: its id's place, what is open, the same of its group, the names of all queues, its id's
 * reruns, and the list of its order key if it has one. Arguments: its reference, its arrival, the bound, the queue's name, what
 * the keys of notes begin with. Returns `accepted`, `duplicate` or `full`.
 */
export const ACCEPT = defineScript(`
local place, open, openOf, queues, rerun, order = unpack(KEYS)
local reference, arrival, maxWaiting, queue, notes = unpack(ARGV)
local earlier = redis.call('GET', place)
if earlier and redis.call('EXISTS', notes .. earlier) == 0 then return 'duplicate' end
if redis.call('ZCARD', open) >= tonumber(maxWaiting) then return 'full' end
redis.call('SADD', queues, queue)
redis.call('SET', place, reference)
redis.call('ZADD', open, arrival, reference)
redis.call('ZADD', openOf, arrival, reference)
if order then redis.call('RPUSH', order, reference) end
if redis.call('EXISTS', rerun) == 1 then redis.call('RPUSH', rerun, reference) end
return 'accepted'
`);

/**
 * Takes back the job of work that was not accepted, or the work whose job was not added. Keys: as `ACCEPT`, but for the names of
 * queues: the line of new jobs, its counter and the job in place of them. Arguments: reference, job's name.
 */
export const SETTLE_ACCEPTANCE = defineScript(`${prelude}
local place, open, openOf, line, counter, job, rerun, order = unpack(KEYS)
local reference, name = unpack(ARGV)
if redis.call('GET', place) ~= reference then
  redis.call('ZREM', line, name)
  redis.call('DEL', job)
  forgetCounter(line, counter)
elseif redis.call('HEXISTS', job, 'data') == 0 then
  redis.call('DEL', place, job)
  redis.call('ZREM', open, reference)
  redis.call('ZREM', openOf, reference)
  redis.call('LREM', rerun, 0, reference)
  if order then redis.call('LREM', order, 0, reference) end
end
`);

/**
 * How work stands. Keys: job, note, reruns, delayed. Arguments: reference, what the keys of jobs begin with, the channel for news,
 * the job's name, `put off` if it was just put off. Takes out what is in front of it and over already; what was put off and
 * comes first may be taken at once. Returns `cancelled`, or how many pieces are before it.
 */
export const STAND = defineScript(`${prelude}
local job, note, rerun, delayed = unpack(KEYS)
local reference, jobs, news, name, isPutOff = unpack(ARGV)
if redis.call('EXISTS', note) == 1 then return 'cancelled' end
local before = 0
for _, list in ipairs({ rerun, redis.call('HGET', job, 'order') or nil }) do
  local first = redis.call('LINDEX', list, 0)
  while first and first ~= reference do
    local group, itsName = split(first)
    if not isOver(jobs .. group .. ':' .. itsName) then break end
    takeOut(list, first, jobs, news)
    first = redis.call('LINDEX', list, 0)
  end
  if first and first ~= reference then before = math.max(before, redis.call('LPOS', list, reference) or 1) end
end
if before == 0 and isPutOff == 'put off' then redis.call('ZADD', delayed, 'XX', 0, name) end
return before
`);

/**
 * Notes that work is cancelled, and takes its lock from whoever does it: then it keeps its id and order key until that has come to
 * an end. What nobody does is taken out of BullMQ and all lists. Keys: note, lock, job, place, the group's notes, open, open of
 * the group, reruns, and BullMQ's delayed, prioritized, wait, active, stalled and counter. Arguments: reference, the job's name, `erased`
 * or `cancelled`, how long it is remembered in milliseconds, now, what the keys of jobs begin with, the channel for news.
 * Returns nothing when it is over or noted already; `active`, or `waiting` when nobody does it.
 */
export const STOP = defineScript(`${prelude}
local note, lock, job, place, notesOf, open, openOf, rerun, delayed, prioritized, wait, active, stalled, counter = unpack(KEYS)
local reference, name, how, memoryMs, now, jobs, news = unpack(ARGV)
if isOver(job) or redis.call('EXISTS', note) == 1 then return false end

local data, progress, ended, stalls, order = unpack(redis.call('HMGET', job, 'data', 'progress', 'atm', 'stc', 'order'))
local token = redis.call('GET', lock)
local attempts = (tonumber(ended) or 0) + (tonumber(stalls) or 0) + (token and 1 or 0)
local isRead, work = pcall(cjson.decode, data or '')
if isRead and type(work) == 'table' and type(work.failure) == 'table' then attempts = work.failure.attempts end
if how == 'erased' or not pcall(cjson.decode, progress or '') then progress = 'null' end
if how == 'erased' then attempts = 0 end
redis.call('SET', note, '{"attempts":' .. attempts .. ',"progress":' .. progress .. '}')
redis.call('ZREMRANGEBYSCORE', notesOf, '-inf', now)
redis.call('ZADD', notesOf, '+inf', reference)
redis.call('PERSIST', notesOf)
if how == 'erased' then forget(place, reference) end

if token then
  redis.call('SET', lock, '${CANCELLED}' .. token, 'KEEPTTL')
  if how == 'erased' then redis.call('HSET', job, 'data', '', 'progress', 'null') end
  if not redis.call('LPOS', rerun, reference) then redis.call('RPUSH', rerun, reference) end
  redis.call('PUBLISH', news, 'revoked')
  return 'active'
end
for _, list in ipairs({ delayed, prioritized }) do redis.call('ZREM', list, name) end
for _, list in ipairs({ wait, active }) do redis.call('LREM', list, 0, name) end
redis.call('SREM', stalled, name)
redis.call('DEL', job)
forgetCounter(prioritized, counter)
redis.call('ZREM', open, reference)
redis.call('ZREM', openOf, reference)
takeOut(rerun, reference, jobs, news)
if order then takeOut(order, reference, jobs, news) end
if redis.call('GET', place) == reference then redis.call('PEXPIRE', place, memoryMs) end
redis.call('PEXPIRE', note, memoryMs)
redis.call('ZADD', notesOf, now + memoryMs, reference)
redis.call('PEXPIRE', notesOf, memoryMs)
return 'waiting'
`);

/**
 * Takes work out of the lists. Keys: job, lock, place, note, the group's notes, open, open of the group, reruns. Arguments:
 * reference, the token that must hold the lock or nothing, how long what is over is remembered in milliseconds, now, what the
 * keys of jobs begin with, the channel for news. Returns 1, or 0 when the lock is another's: then nothing was done.
 */
export const LEAVE = defineScript(`${prelude}
local job, lock, place, note, notesOf, open, openOf, rerun = unpack(KEYS)
local reference, token, memoryMs, now, jobs, news = unpack(ARGV)
if token ~= '' then
  if redis.call('GET', lock) ~= token then return 0 end
  redis.call('PEXPIRE', lock, ${STEP_MS})
  redis.call('PEXPIRE', job, memoryMs)
end
redis.call('ZREM', open, reference)
redis.call('ZREM', openOf, reference)
takeOut(rerun, reference, jobs, news)
local order = redis.call('HGET', job, 'order')
if order then takeOut(order, reference, jobs, news) end
if redis.call('EXISTS', note) == 1 then
  redis.call('PEXPIRE', note, memoryMs)
  redis.call('ZADD', notesOf, 'XX', now + memoryMs, reference)
  redis.call('PEXPIRE', notesOf, memoryMs)
elseif redis.call('EXISTS', job) == 0 then
  -- Somebody took its job away: nobody knows what became of it.
  forget(place, reference)
end
if redis.call('GET', place) == reference then redis.call('PEXPIRE', place, memoryMs) end
return 1
`);

/**
 * Puts work behind all other. Keys: job, lock, open, open of its group. Arguments: reference, token, arrival, what the keys of
 * jobs begin with, the channel for news. Returns as `LEAVE`.
 */
export const GO_BEHIND = defineScript(`${prelude}
local job, lock, open, openOf = unpack(KEYS)
local reference, token, arrival, jobs, news = unpack(ARGV)
if redis.call('GET', lock) ~= token then return 0 end
redis.call('PEXPIRE', lock, ${STEP_MS})
redis.call('ZADD', open, 'XX', arrival, reference)
redis.call('ZADD', openOf, 'XX', arrival, reference)
local order = redis.call('HGET', job, 'order')
if not order or redis.call('LLEN', order) == 1 then return 1 end
redis.call('LREM', order, 0, reference)
redis.call('RPUSH', order, reference)
offerFirst(order, jobs, news)
return 1
`);

/**
 * Extends a lock, or takes it back if its time ran out and nobody took the work since, and writes fields of the job. Keys:
 * lock, note, active, stalled, job. Arguments: token, its life in milliseconds, the job's name, fields and values. Returns 1, or
 * 0 when the work is another's.
 */
export const HOLD = defineScript(`
local lock, note, active, stalled, job = unpack(KEYS)
local token, lifeMs, name = unpack(ARGV)
local holder = redis.call('GET', lock)
if holder ~= token and (holder or redis.call('EXISTS', note) == 1 or not redis.call('LPOS', active, name)) then return 0 end
redis.call('SET', lock, token, 'PX', lifeMs)
redis.call('SREM', stalled, name)
if #ARGV > 3 then redis.call('HSET', job, unpack(ARGV, 4)) end
return 1
`);

/** Forgets an id, if its newest work is this one. Key: place. Argument: reference. Returns how many went. */
export const FORGET = defineScript(`${prelude}
return forget(KEYS[1], ARGV[1])
`);
