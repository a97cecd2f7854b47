import type { Clock } from '../../../core/ports/clock.js';
import type { Logger } from '../../../core/ports/logger.js';
import type { WorkClaim } from '../../../core/durable-work/run-claim.js';
import { beatMsOf, isDoubtful } from '../lease-beat.js';
import type { LeasedWork, WorkLeases } from './leased-work.js';

/** The longest between two beats, in milliseconds: how long a cancellation stays unheard while nobody can call. */
const LONGEST_BEAT_MS = 1_000;

/** Keeps the claims of one queue in this process alive. */
export interface Heartbeat {
  /** There is a claim with such a lease: begins to beat, or beats faster. */
  keepUp(leaseMs: number): void;
  /** Asks at once which claims still count. */
  beatNow(): void;
  stop(): void;
}

/** What is kept alive, and how. */
export interface HeartbeatOptions {
  readonly queue: string;
  readonly store: Pick<WorkLeases, 'extend'>;
  claims(): Iterable<WorkClaim<LeasedWork>>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Extends the leases of whatever runs, revoked work too, until its handler has come to an end. A claim that Redis says
 * counts no more is revoked. When Redis has not answered for most of a lease, so that another process may soon claim the
 * work, the handler is aborted; what comes of it is still offered to Redis, which knows whether anybody did.
 */
export function createHeartbeat({ queue, store, claims, clock, logger }: HeartbeatOptions): Heartbeat {
  let beatMs = Infinity;
  let cancelBeat = (): void => {};
  let isExtending = false;
  let extendAgain = false;
  let isFailing = false;
  let isStopped = false;

  const keepUp = (leaseMs: number): void => {
    const wantedMs = Math.min(LONGEST_BEAT_MS, beatMsOf(leaseMs));
    if (isStopped || wantedMs >= beatMs) return;
    cancelBeat();
    beatMs = wantedMs;
    cancelBeat = clock.after(wantedMs, beat);
  };

  const beat = (): void => {
    const lastBeatMs = beatMs;
    beatMs = Infinity;
    for (const claim of claims()) {
      const { lease } = claim.item();
      if (isDoubtful(lease, clock.now(), lastBeatMs)) claim.interrupt();
      keepUp(lease.leaseMs);
    }
    void extend();
  };

  const extend = async (): Promise<void> => {
    const asked = [...claims()];
    extendAgain = isExtending;
    if (isExtending || isStopped || asked.length === 0) return;
    isExtending = true;
    const sentAt = clock.now();
    try {
      const answers = await store.extend(asked.map((claim) => claim.item().lease));
      for (const [index, claim] of asked.entries())
        if (answers[index] === true) claim.item().lease.provenAt = sentAt;
        else claim.revoke();
      isFailing = false;
    } catch (error) {
      // Said once, however long Redis is away.
      if (!isFailing) logger.warn('work.lease-unextended', { queue }, error);
      isFailing = true;
    }
    isExtending = false;
    if (extendAgain) void extend();
  };

  return {
    keepUp,
    beatNow: () => void extend(),
    stop() {
      isStopped = true;
      cancelBeat();
    },
  };
}
