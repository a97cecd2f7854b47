import { defineScript } from '../connection.js';

/** How long a change is kept, in seconds: what is told may hold words of an answer, which must not outlive its erasure. */
export const CHANGE_LIFE_SECONDS = 60 * 60;

/**
 * Appends a change, and says on the channel `ARGV[1]` that there is one. `KEYS[1]` is the stream, `ARGV[2]` the change as JSON,
 * `ARGV[3]` about how many are kept; older ones than an hour go. Returns the change's id in the stream.
 */
export const changePublish = defineScript(`
local id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[3], '*', 'change', ARGV[2])
redis.call('XTRIM', KEYS[1], 'MINID', string.format('%.0f', string.match(id, '^%d+') - ${CHANGE_LIFE_SECONDS * 1_000}))
redis.call('EXPIRE', KEYS[1], ${CHANGE_LIFE_SECONDS})
redis.call('PUBLISH', ARGV[1], 'change')
return id
`);
