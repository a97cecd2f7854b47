import { defineScript } from '../connection.js';

/**
 * Appends a change, and says on the channel `ARGV[1]` that there is one. `KEYS[1]` is the stream, `ARGV[2]` the change as JSON,
 * `ARGV[3]` about how many are kept. Returns the change's id in the stream.
 */
export const changePublish = defineScript(`
local id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[3], '*', 'change', ARGV[2])
redis.call('PUBLISH', ARGV[1], 'change')
return id
`);
