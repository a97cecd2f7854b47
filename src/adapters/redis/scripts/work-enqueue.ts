import { defineScript } from '../connection.js';
import { workState } from './work-state.js';

/**
 * Takes in a piece of work. `ARGV`: time, id, group, payload, the bound of the queue, the queue's name, and the order key if
 * there is one. `KEYS[2]`, if given, is the set of all queues' names: nothing is taken in that an erasure would not find.
 * Returns `accepted`, `duplicate` or `full`.
 */
export const workEnqueue = defineScript(`${workState}
local id, group, payload, maxWaiting, queue, order = ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5]), ARGV[6], ARGV[7]

local state, expiresAt = read(id, 'state', 'expiresAt')
if state and state ~= 'cancelled' and (not expiresAt or tonumber(expiresAt) > now) then return 'duplicate' end
if redis.call('ZCARD', key('all')) >= maxWaiting then return 'full' end
if KEYS[2] then redis.call('SADD', KEYS[2], queue) end
redis.call('DEL', key('item', id))

local sequence = redis.call('INCR', key('sequence'))
redis.call('HSET', key('item', id), 'group', group, 'sequence', sequence, 'payload', payload,
  'progress', 'null', 'attempts', 0, 'reports', 0)
redis.call('ZADD', key('all'), sequence, id)
redis.call('ZADD', key('all', group), sequence, id)
if order then
  redis.call('HSET', key('item', id), 'order', order)
  redis.call('ZADD', key('order', order), sequence, id)
end
putToWait(id)
signalIfReady()
return 'accepted'
`);
