import { defineScript } from './connection.js';

/** The place at the end of an empty log. */
export const START = '0-0';

/**
 * Adds an entry to the log `KEYS[3]`. An entry's id is a number, which grows by how many chunk ids the entry names, and
 * a random one, `ARGV[1]`; each entry names the id of the one before. So a place fits the log only where the log has
 * not been trimmed, erased, or cut off behind it by the loss of a server. `ARGV[2]` is how many ids it reaches back over.
 */
const appendToLog = `
  local function appendToLog(kind, data, weight)
    local last = redis.call('XREVRANGE', KEYS[3], '+', '-', 'COUNT', 1)[1]
    local previous = last and last[1] or '${START}'
    local number = tonumber(string.match(previous, '^%d+')) + weight
    redis.call('XADD', KEYS[3], string.format('%.0f-%s', number, ARGV[1]), 'previous', previous, kind, data)
    local oldest = number - tonumber(ARGV[2])
    if oldest > 0 then redis.call('XTRIM', KEYS[3], 'MINID', string.format('%.0f', oldest)) end
  end`;

/** Keys: chunks, order, log. Arguments: random number, reach, the ids in one text, then each chunk's id, place in order and JSON. */
export const PUT = defineScript(`${appendToLog}
  local chunks, order = {}, {}
  for index = 4, #ARGV, 3 do
    chunks[#chunks + 1] = ARGV[index]
    chunks[#chunks + 1] = ARGV[index + 2]
    order[#order + 1] = 0
    order[#order + 1] = ARGV[index + 1]
  end
  redis.call('HSET', KEYS[1], unpack(chunks))
  redis.call('ZADD', KEYS[2], unpack(order))
  appendToLog('put', ARGV[3], #order / 2)`);

/** Keys: chunks, order, log. Arguments: random number, reach, the ends of a range of the order, how many, what the log says. */
export const DELETE = defineScript(`${appendToLog}
  local places = redis.call('ZRANGEBYLEX', KEYS[2], ARGV[3], ARGV[4], 'LIMIT', 0, ARGV[5])
  if #places == 0 then return 0 end
  local ids = {}
  for index, place in ipairs(places) do ids[index] = string.sub(place, -32) end
  redis.call('HDEL', KEYS[1], unpack(ids))
  redis.call('ZREM', KEYS[2], unpack(places))
  appendToLog('delete', ARGV[6], 1)
  return #places`);

/** Keys: chunks, order. Arguments: the ends of a range of the order, how many. Returns the places and their chunks. */
export const RANGE = defineScript(`
  local places = redis.call('ZRANGEBYLEX', KEYS[2], ARGV[1], ARGV[2], 'LIMIT', 0, ARGV[3])
  if #places == 0 then return {{}, {}} end
  local ids = {}
  for index, place in ipairs(places) do ids[index] = string.sub(place, -32) end
  return {places, redis.call('HMGET', KEYS[1], unpack(ids))}`);

/** Keys: chunks, order, log; all go. Returns how many chunks there were. */
export const ERASE = defineScript(`
  local count = redis.call('HLEN', KEYS[1])
  redis.call('UNLINK', unpack(KEYS))
  return count`);

/** Key: log. */
const endOfLog = `
  local function endOfLog()
    local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
    return last and last[1] or '${START}'
  end`;

/** Key: log. */
export const END = defineScript(`${endOfLog} return endOfLog()`);

/** Key: log. Arguments: a place, how many. Returns the place that the entries follow, and the entries. */
export const AFTER = defineScript(`${endOfLog}
  local entries = redis.call('XRANGE', KEYS[1], '(' .. ARGV[1], '+', 'COUNT', ARGV[2])
  if #entries == 0 then return {endOfLog(), entries} end
  return {entries[1][2][2], entries}`);
