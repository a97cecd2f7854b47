import { CONVERSATION_LIFE_MS } from '../../core/stored-message.js';
import { defineScript } from './connection.js';

const LIFE_SECONDS = CONVERSATION_LIFE_MS / 1_000;

/** Keys: messages, summary. Argument 1: the time, in milliseconds since 1970. */
const isOver = `
  local isOver = tonumber(redis.call('HGET', KEYS[2], 'expiresAt') or 0) <= tonumber(ARGV[1])`;

/** Key: the creator's index. Arguments: the time, the end of the conversation's life, its id. */
export const INDEX = defineScript(`
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[1])
  redis.call('ZADD', KEYS[1], ARGV[2], ARGV[3])
  redis.call('EXPIRE', KEYS[1], ${LIFE_SECONDS})`);

/** Argument after the time: the first position, from the end. Returns the messages from there. */
export const RECENT = defineScript(`${isOver}
  if isOver then return {} end
  return redis.call('LRANGE', KEYS[1], ARGV[2], -1)`);

/** Returns how many messages went, or -1 when there was no conversation. */
export const CLEAR = defineScript(`${isOver}
  local count = isOver and -1 or redis.call('LLEN', KEYS[1])
  redis.call('DEL', KEYS[1], KEYS[2])
  return count`);

/** Arguments: the messages that go. Returns how many went. */
export const REMOVE = defineScript(`
  local count = 0
  for _, message in ipairs(ARGV) do count = count + redis.call('LREM', KEYS[1], 0, message) end
  return count`);
