import { defineScript } from '../connection.js';
import { workState } from './work-state.js';

/**
 * Keeps what became of claimed work. `ARGV`: time, the claim's token, the outcome, the progress (JSON, or empty to leave it as
 * it is), and what the outcome needs besides. Outcomes: `done` and `failed` (how many milliseconds the id is remembered), `behind`, `back`, `retry`
 * (milliseconds to wait), `fail` (the failure as JSON; the claim goes on), `progress` (the claim goes on).
 * Returns 1, or 0 when the claim counts no more: then nothing was kept.
 */
export const workSettle = defineScript(`${workState}
local token, outcome, progress, more = ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local id = claimedBy(token)
if not id then return 0 end
local item = key('item', id)
if progress ~= '' then redis.call('HSET', item, 'progress', progress) end

local settle = {
  progress = function() end,

  fail = function()
    redis.call('HSET', item, 'failure', more, 'reports', 1)
  end,

  done = function()
    endAs('done', id, tonumber(more))
    free(token)
  end,

  failed = function()
    endAs('failed', id, tonumber(more))
    free(token)
  end,

  behind = function()
    local group, order = read(id, 'group', 'order')
    local sequence = redis.call('INCR', key('sequence'))
    redis.call('HSET', item, 'sequence', sequence)
    redis.call('HINCRBY', item, 'attempts', -1)
    redis.call('ZADD', key('all'), sequence, id)
    redis.call('ZADD', key('all', group), sequence, id)
    if order then redis.call('ZADD', key('order', order), sequence, id) end
    putToWait(id)
    free(token)
  end,

  retry = function()
    redis.call('HSET', item, 'notBefore', now + tonumber(more))
    putToWait(id)
    free(token)
  end,

  back = function()
    redis.call('HINCRBY', item, read(id, 'failure') and 'reports' or 'attempts', -1)
    putToWait(id)
    free(token)
  end,
}
settle[outcome]()
signalIfReady()
return 1
`);

/** Frees what a claim that counts no more still holds. `ARGV`: time, the claim's token. */
export const workRelease = defineScript(`${workState}
if not claimedBy(ARGV[2]) then free(ARGV[2]) end
signalIfReady()
`);

/**
 * Extends leases, those of revoked claims too, whose handlers have not come to an end. `ARGV`: time, then each claim's token
 * and lease in milliseconds. Returns for each 1, or 0 when the claim counts no more.
 */
export const workExtend = defineScript(`${workState}
local answers = {}
for index = 2, #ARGV, 2 do
  local token, leaseMs = ARGV[index], tonumber(ARGV[index + 1])
  redis.call('ZADD', key('claims'), 'XX', now + leaseMs, token)
  answers[#answers + 1] = claimedBy(token) and 1 or 0
end
return answers
`);
