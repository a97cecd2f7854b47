import { z } from 'zod';
import type { Clock } from '../../core/ports/clock.js';
import type { Lease } from '../../core/ports/coordinator.js';
import type { Logger } from '../../core/ports/logger.js';
import { type Connection, type Script, companionKey } from './connection.js';
import { beatMsOf, isDoubtful } from './lease-beat.js';
import type { ScriptTime } from './script-time.js';
import { leaseExtend, leaseRelease, leaseTake } from './scripts/leases.js';

const fenceSchema = z.number().int().nullable();

/** Named leases between processes. */
export interface Leases {
  /** @returns undefined when somebody has it. Throws as `Connection.run`. */
  take(name: string, leaseMs: number): Promise<Lease | undefined>;
  /** Aborts every lease that is held, and extends none any more. */
  close(): void;
}

/** What leases are kept with. */
export interface LeasesOptions {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly time: ScriptTime;
}

/**
 * A lease is a hash that ends at a time, beside one counter of fences for all names; they share a slot of a Cluster. A
 * holder aborts its lease when Redis says that somebody else has it, or has not answered for most of its life.
 */
export function createLeases({ connection, clock, logger, time }: LeasesOptions): Leases {
  const mainKey = connection.key('leases');
  const held = new Set<{ lose(): void }>();

  const run = (script: Script, name: string, leaseMs: number, fence: number): Promise<unknown> => {
    const keys = [companionKey(mainKey, `of:${name}`), companionKey(mainKey, 'fence')];
    return connection.runScript(script, keys, [time(), leaseMs, fence]);
  };

  const hold = (name: string, leaseMs: number, fence: number, takenAt: number): Lease => {
    const abort = new AbortController();
    const beatMs = beatMsOf(leaseMs);
    const proven = { leaseMs, provenAt: takenAt };
    let isExtending = false;

    const end = (): void => {
      cancelBeat();
      held.delete(holder);
    };
    const holder = {
      lose() {
        end();
        abort.abort();
      },
    };

    const beat = (): void => {
      if (isDoubtful(proven, clock.now(), beatMs)) return holder.lose();
      cancelBeat = clock.after(beatMs, beat);
      if (!isExtending) void extend();
    };

    const extend = async (): Promise<void> => {
      isExtending = true;
      const sentAt = clock.now();
      try {
        const isMine = (await run(leaseExtend, name, leaseMs, fence)) === 1;
        if (isMine) proven.provenAt = sentAt;
        else if (held.has(holder)) holder.lose();
      } catch (error) {
        logger.warn('lease.unextended', { lease: name }, error);
      }
      isExtending = false;
    };

    let cancelBeat = clock.after(beatMs, beat);
    held.add(holder);
    return {
      fence,
      signal: abort.signal,
      async release() {
        end();
        try {
          await run(leaseRelease, name, leaseMs, fence);
        } catch (error) {
          // Nothing extends it any more, so it is free when its time has run out.
          logger.warn('lease.unreleased', { lease: name }, error);
        }
      },
    };
  };

  return {
    async take(name, leaseMs) {
      const askedAt = clock.now();
      const fence = fenceSchema.parse(await run(leaseTake, name, leaseMs, 0));
      return fence === null ? undefined : hold(name, leaseMs, fence, askedAt);
    },
    close() {
      for (const holder of held) holder.lose();
    },
  };
}
