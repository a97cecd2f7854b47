import { defineScript } from '../connection.js';
import { workState } from './work-state.js';

/**
 * Takes in a piece of work. `ARGV`: time, id, group, payload, the bound of the queue, and the order key if there is one.
 * Returns `accepted`, `duplicate` or `full`.
 */
export const workEnqueue = defineScript(`${workState}
local id, group, payload, maxWaiting, order = ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5]), ARGV[6]

local state, expiresAt = read(id, 'state', 'expiresAt')
if state and state ~= 'cancelled' and (not expiresAt or tonumber(expiresAt) > now) then return 'duplicate' end
if redis.call('ZCARD', key('all')) >= maxWaiting then return 'full' end
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
