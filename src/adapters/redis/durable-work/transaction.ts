import type { IRedisTransaction } from 'bullmq';
import type { ChainableCommander } from 'ioredis';
import type { Script, ScriptArgument } from '../connection.js';

/** A MULTI that takes plain commands and BullMQ's. */
export type Transaction = ChainableCommander & Pick<IRedisTransaction, 'runCommand'>;

/** Where jobs of a queue stand in line. BullMQ takes the lower number first, and equals as they came. */
export const PRIORITY = { first: 1, fresh: 2 } as const;

/** Fields of a job's hash. */
export type Fields = Readonly<Record<string, string | number>>;

/** Adds a script to a MULTI, with its text: that Redis does not know it yet would be found when the others have run. */
export function evaluate(
  transaction: ChainableCommander,
  { lua }: Script,
  keys: readonly string[],
  scriptArguments: readonly ScriptArgument[],
): void {
  transaction.eval(lua, keys.length, ...keys, ...scriptArguments);
}
