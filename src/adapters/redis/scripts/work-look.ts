import { defineScript } from '../connection.js';
import { workState } from './work-state.js';

/**
 * Reads work. `ARGV`: time, then `one` and an id, or `all` and a limit, or `group`, a limit and a group. Returns the groups
 * that wait, each with how much of it does, in the order of their next turns (empty when nothing that was asked for waits);
 * then for each piece id, group, state, attempts, progress, payload and how many of its group wait before it.
 */
export const workLook = defineScript(`${workState}
local what, more, group = ARGV[2], ARGV[3], ARGV[4]
local ids = { more }
if what ~= 'one' then ids = redis.call('ZRANGE', key('all', group), 0, tonumber(more) - 1) end

local pieces, doesAnyWait = {}, false
for _, id in ipairs(ids) do
  local expiresAt, itsGroup, state, attempts, progress, payload =
    read(id, 'expiresAt', 'group', 'state', 'attempts', 'progress', 'payload')
  if state and (not expiresAt or tonumber(expiresAt) > now) then
    local before = redis.call('ZRANK', key('waiting', itsGroup), id)
    doesAnyWait = doesAnyWait or before ~= false
    pieces[#pieces + 1] = { id, itsGroup, state, attempts, progress, payload, before }
  end
end

local sizes = {}
if doesAnyWait then
  local last = redis.call('GET', key('turn')) or ''
  for _, range in ipairs({ { '(' .. last, '+' }, { '-', '[' .. last } }) do
    for _, name in ipairs(redis.call('ZRANGEBYLEX', key('waiting-groups'), range[1], range[2])) do
      sizes[#sizes + 1] = { name, redis.call('ZCARD', key('waiting', name)) }
    end
  end
end
return { sizes, pieces }
`);
