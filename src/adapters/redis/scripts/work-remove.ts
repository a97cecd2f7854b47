import { defineScript } from '../connection.js';
import { workState } from './work-state.js';

/** The most work that one call of `workErase` removes. */
export const ERASE_BATCH = 500;

/**
 * Cancels work that is not over. `ARGV`: time, id, how many milliseconds the id is remembered. Returns nothing when there was
 * none; otherwise the token of the claim that counts no more, empty for work that waited.
 */
export const workCancel = defineScript(`${workState}
local id, memoryMs = ARGV[2], tonumber(ARGV[3])
local state, order, token = read(id, 'state', 'order', 'claim')
if state ~= 'waiting' and state ~= 'active' then return false end
endAs('cancelled', id, memoryMs)
offerFirstOf(order)
if token then signal('revoked') end
signalIfReady()
return token or ''
`);

/**
 * Removes up to `ERASE_BATCH` pieces of a group's work, what is over included. `ARGV`: time, group. Returns how many were
 * looked at, how many of them were still there, and the tokens of claims that count no more.
 */
export const workErase = defineScript(`${workState}
local group, BATCH = ARGV[2], ${ERASE_BATCH}
local looked, count, orders, tokens = 0, 0, {}, {}

for _, id in ipairs(redis.call('ZRANGE', key('all', group), 0, BATCH - 1)) do
  local order, token = read(id, 'order', 'claim')
  takeFromAll(id, group, order)
  redis.call('DEL', key('item', id))
  if order then orders[order] = true end
  if token then tokens[#tokens + 1] = token end
  looked, count = looked + 1, count + 1
end
local remembered = looked < BATCH and redis.call('ZRANGE', key('over', group), 0, BATCH - looked - 1) or {}
for _, id in ipairs(remembered) do
  local itsGroup, expiresAt = read(id, 'group', 'expiresAt')
  -- Not when the id was taken anew, perhaps for another group.
  if itsGroup == group and expiresAt then
    redis.call('DEL', key('item', id))
    count = count + 1
  end
  redis.call('ZREM', key('over', group), id)
  looked = looked + 1
end

for order in pairs(orders) do offerFirstOf(order) end
if #tokens > 0 then signal('revoked') end
signalIfReady()
return { looked, count, unpack(tokens) }
`);
