import { openConnection } from './subject.js';

/** How much longer keys live than they should, so that none ends by itself while a test runs. */
const STRETCH = 100_000;
/** The life of a key whose end is noted, in milliseconds: longer than any stretched one. */
const NOTED_MS = 2 ** 50;

/** How the name of the key that the ends are noted in ends. */
export const NOTES = 'notes';

/** Notes when keys end that were given a life, and ends those whose time has come. */
const MOVE = `
local notes, from, to = KEYS[1], tonumber(ARGV[2]), tonumber(ARGV[3])
for _, key in ipairs(redis.call('KEYS', ARGV[1])) do
  local life = redis.call('PTTL', key)
  if life > 0 and life < ${NOTED_MS / 2} then
    redis.call('HSET', notes, key, from + math.floor(life / ${STRETCH} + 0.5))
    redis.call('PEXPIRE', key, ${NOTED_MS})
    life = ${NOTED_MS}
  end
  if life > 0 and tonumber(redis.call('HGET', notes, key)) <= to then redis.call('DEL', key) end
end`;

/** Lets the keys of queues live as long as a test's clock says, which Redis knows nothing of. */
export function createKeyLives(redis: Readonly<Record<string, string>>, prefix: string) {
  const start = `{${prefix}work}`;
  let opening: ReturnType<typeof openConnection> | undefined;
  return {
    /** The life to give to a key that is to live so long, in milliseconds. */
    stretch: (ms: number): number => ms * STRETCH,

    async move(fromMs: number, toMs: number): Promise<void> {
      opening ??= openConnection(redis);
      const connection = await opening;
      await connection.run((client) => client.eval(MOVE, 1, `${start}${NOTES}`, `${start}:*`, fromMs, toMs));
    },
  };
}
