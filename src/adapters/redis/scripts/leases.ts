import { defineScript } from '../connection.js';

/**
 * `KEYS[1]` is a lease, a hash of its fence and the end of its time, `KEYS[2]` the newest fence of all. `ARGV[1]` is the time in
 * milliseconds since 1970, or empty for Redis' own. A lease that was left goes from memory a day later.
 */
const leaseState = `
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local fence, untilMs = unpack(redis.call('HMGET', KEYS[1], 'fence', 'until'))

local function hold(newFence, leaseMs)
  redis.call('HSET', KEYS[1], 'fence', newFence, 'until', now + leaseMs)
  redis.call('PEXPIRE', KEYS[1], leaseMs + 86400000)
end
`;

/**
 * Takes a lease: `ARGV[2]` is its length in milliseconds. Returns its fence, or nothing when somebody has it. Fences are no
 * smaller than the time, so that they grow even if Redis lost its newest writes.
 */
export const leaseTake = defineScript(`${leaseState}
if untilMs and tonumber(untilMs) > now then return false end
local newest = math.max(now, tonumber(redis.call('GET', KEYS[2]) or 0) + 1)
redis.call('SET', KEYS[2], newest)
hold(newest, tonumber(ARGV[2]))
return newest
`);

/** Extends the lease of a fence, `ARGV[3]`, if nobody took it. Returns 1, or 0 when somebody did or it is gone. */
export const leaseExtend = defineScript(`${leaseState}
if fence ~= ARGV[3] then return 0 end
hold(fence, tonumber(ARGV[2]))
return 1
`);

/** Gives back the lease of a fence, `ARGV[3]`, if nobody took it. */
export const leaseRelease = defineScript(`${leaseState}
if fence == ARGV[3] then redis.call('DEL', KEYS[1]) end
`);
