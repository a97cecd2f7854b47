import { z } from 'zod';
import { DocentError } from '../../core/errors.js';
import { createFanOut } from '../../core/fan-out.js';
import type { Change } from '../../core/ports/coordinator.js';
import type { Logger } from '../../core/ports/logger.js';
import { anyJson, storedJson } from '../../core/stored-json.js';
import { type Connection, companionKey } from './connection.js';
import { CHANGE_LIFE_SECONDS, changePublish } from './scripts/change-publish.js';
import type { Signals } from './signals.js';

/** Changes that one follower may be behind; then the oldest are dropped. */
const MAX_BEHIND = 1_000;
/** About how many changes Redis keeps, for an hour: what a process may miss while it is cut off. */
const MAX_KEPT = 10_000;
/** Changes that are read at once. */
const BATCH = 500;
/** Before every id of a stream. */
const BEGINNING = '0-0';

const entriesSchema = z.array(z.tuple([z.string(), z.array(z.string())]));
const timeSchema = z.tuple([z.coerce.number(), z.coerce.number()]);
const changeSchema = storedJson(z.object({ kind: z.string(), group: z.string(), data: anyJson }));

interface Entry {
  readonly id: string;
  readonly change: Change;
}

/** Changes between processes. */
export interface ChangeStream {
  /** Throws as `Connection.run`. */
  publish(change: Change): Promise<void>;
  /**
   * From the call on, until the signal aborts. A follower that begins while Redis is away starts when it is back.
   * @throws DocentError `ENGINE_UNAVAILABLE` when Redis lost its newest writes: some may have been missed.
   */
  follow(signal: AbortSignal): AsyncIterable<Change>;
}

/** What changes come over. */
export interface ChangeStreamOptions {
  readonly connection: Connection;
  readonly signals: Signals;
  readonly logger: Logger;
}

/**
 * Changes go through a bounded Redis stream. Each process reads it once, from the first `follow` on, and hands what it read
 * to its followers. A signal says when to read; the place up to which it was read says what, so that after a
 * reconnection nothing is missed; where the stream lost that place, followers are told to begin anew. (A blocking read would
 * do the same with a second connection, and would hang on a connection that died silently.)
 */
export function createChangeStream({ connection, signals, logger }: ChangeStreamOptions): ChangeStream {
  const key = connection.key('changes');
  const channel = companionKey(key, 'signals');
  const entries = createFanOut<Entry>(MAX_BEHIND);
  let readUpTo: string | undefined;
  let newestPublished = BEGINNING;
  let isListening = false;
  let isReading = false;
  let readAgain = false;

  const read = async (): Promise<void> => {
    readAgain = isReading;
    if (isReading) return;
    isReading = true;
    try {
      readUpTo ??= await newestId();
      do readAgain = false;
      while ((await readBatch(readUpTo)) === BATCH || readAgain);
    } catch {
      // Read again at the next signal, at the latest when Redis is back.
    }
    isReading = false;
  };

  const newestId = async (): Promise<string> => {
    const newest = await connection.run((client) => client.xrevrange(key, '+', '-', 'COUNT', 1));
    return entriesSchema.parse(newest)[0]?.[0] ?? BEGINNING;
  };

  const readBatch = async (after: string): Promise<number> => {
    // From the place itself on: where it is gone, so may be others.
    const batch = entriesSchema.parse(await connection.run((client) => client.xrange(key, after, '+', 'COUNT', BATCH)));
    const isPlaceThere = batch[0]?.[0] === after;
    if (!isPlaceThere && after !== BEGINNING && (await wasSetBack(after))) return 0;
    for (const [id, [, text]] of isPlaceThere ? batch.slice(1) : batch) {
      readUpTo = id;
      const change = changeSchema.safeParse(text).data;
      if (change === undefined) logger.error('change.unreadable', { change: id });
      else entries.push({ id, change });
    }
    return batch.length;
  };

  /**
   * Whether Redis lost what it had: the place up to which was read, or whatever came behind it, before its time was over.
   * Its ids go on from before the place then, or, where its clock is ahead, from behind it.
   */
  const wasSetBack = async (place: string): Promise<boolean> => {
    const [seconds, microseconds] = timeSchema.parse(await connection.run((client) => client.time()));
    const newest = await newestId();
    readUpTo = newest === BEGINNING ? BEGINNING : place;
    const ageSeconds = seconds + microseconds / 1_000_000 - Number(place.split('-')[0]) / 1_000;
    if (ageSeconds >= CHANGE_LIFE_SECONDS) return false;
    readUpTo = newest;
    newestPublished = BEGINNING;
    logger.warn('changes.set-back', { from: place, to: newest });
    entries.fail(changesMissed());
    return true;
  };

  return {
    async publish(change) {
      const published = await connection.runScript(changePublish, [key], [channel, JSON.stringify(change), MAX_KEPT]);
      newestPublished = later(newestPublished, z.string().parse(published));
    },

    follow(signal) {
      const since = later(newestPublished, readUpTo ?? BEGINNING);
      const followed = changesAfter(since, entries.follow(signal));
      if (!isListening) {
        isListening = true;
        signals.listen(channel, () => void read());
        void read();
      }
      return followed;
    },
  };
}

function changesMissed(): DocentError {
  return new DocentError('ENGINE_UNAVAILABLE', {
    userMessage: 'What other processes did may have been missed: Redis lost its newest writes.',
    retryable: true,
  });
}

async function* changesAfter(since: string, entries: AsyncIterable<Entry>): AsyncGenerator<Change> {
  for await (const { id, change } of entries) if (later(id, since) !== since) yield change;
}

/** The later of two ids of a stream, which are milliseconds and a number, joined by a hyphen. */
function later(one: string, other: string): string {
  const [oneMs = 0, oneNumber = 0] = one.split('-').map(Number);
  const [otherMs = 0, otherNumber = 0] = other.split('-').map(Number);
  return oneMs > otherMs || (oneMs === otherMs && oneNumber > otherNumber) ? one : other;
}
