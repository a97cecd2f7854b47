import { beforeEach, describe, expect, it } from 'vitest';
import type { Change, Coordinator, Lease } from '../../src/core/ports/coordinator.js';
import { eventually } from '../support/eventually.js';
import { LEASE_MS } from './coordinator-harness.js';
import type { CreateSubject, Subject } from './subject.js';

/** Leases and the change stream. */
export function describeSharing(createSubject: CreateSubject<Coordinator>): void {
  let subject: Subject<Coordinator>;
  beforeEach(async () => {
    subject = await createSubject();
  });
  const take = (name: string): Promise<Lease | undefined> => subject.port.lease(name, { leaseMs: LEASE_MS });
  const taken = async (name: string): Promise<Lease> => {
    const lease = await take(name);
    if (lease === undefined) throw new Error(`${name} is held by somebody`);
    return lease;
  };

  describe('leases', () => {
    it('has one holder at a time, also of many who ask at once', async () => {
      const leases = await Promise.all(Array.from({ length: 10 }, () => take('report')));
      expect(leases.filter((lease) => lease !== undefined)).toHaveLength(1);
    });

    it('keeps names apart', async () => {
      await taken('report');
      await taken('document');
    });

    it('goes to the next holder when it is released, with a higher fence', async () => {
      const first = await taken('report');
      await first.release();
      const second = await taken('report');
      expect(second.fence).toBeGreaterThan(first.fence);
      expect(first.signal.aborted).toBe(false);
    });

    it('stays with its holder until it is released, however long that takes', async () => {
      const lease = await taken('report');
      await subject.advance(5 * LEASE_MS);
      expect(await take('report')).toBeUndefined();
      expect(lease.signal.aborted).toBe(false);
    });

    it('is not taken from the next holder by a second release', async () => {
      const first = await taken('report');
      await first.release();
      await taken('report');
      await first.release();
      expect(await take('report')).toBeUndefined();
    });

    it('is free again after its holder was killed, and the fence still grows', async () => {
      const first = await taken('report');
      await subject.reopen();
      await subject.advance(2 * LEASE_MS);
      expect((await taken('report')).fence).toBeGreaterThan(first.fence);
    });
  });

  describe('changes', () => {
    const change = (n: number): Change => ({ kind: 'document', group: 'coach', data: { n } });
    /** Collects what a follower sees, until aborted; `ended` resolves then. */
    const follow = (signal: AbortSignal) => {
      const seen: Change[] = [];
      const changes = subject.port.follow(signal);
      const ended = (async () => {
        for await (const each of changes) seen.push(each);
      })();
      return { seen, ended };
    };

    it('reach every follower, in order, from its start on', async () => {
      const abort = new AbortController();
      await subject.port.publish(change(0));
      const first = follow(abort.signal);
      await subject.advance(0);
      await subject.port.publish(change(1));
      const second = follow(abort.signal);
      await subject.advance(0);
      for (const n of [2, 3]) await subject.port.publish(change(n));
      await eventually('all is seen', () => first.seen.length === 3 && second.seen.length === 2);
      expect(first.seen).toEqual([change(1), change(2), change(3)]);
      expect(second.seen).toEqual([change(2), change(3)]);
      abort.abort();
      await Promise.all([first.ended, second.ended]);
    });

    it('end for a follower whose signal aborts, before or while it waits', async () => {
      const abort = new AbortController();
      const waiting = follow(abort.signal);
      await subject.advance(0);
      abort.abort();
      await waiting.ended;
      await follow(AbortSignal.abort()).ended;
      await subject.port.publish(change(1));
      expect(waiting.seen).toEqual([]);
    });

    it('stop for a follower that leaves, and go on for the others', async () => {
      const abort = new AbortController();
      const other = follow(abort.signal);
      const leaving = (async () => {
        for await (const each of subject.port.follow(abort.signal)) return each;
        return undefined;
      })();
      await subject.advance(0);
      await subject.port.publish(change(1));
      expect(await leaving).toEqual(change(1));
      await subject.port.publish(change(2));
      await eventually('the other sees both', () => other.seen.length === 2);
      abort.abort();
      await other.ended;
    });

    it('are dropped, the oldest first, for a follower that is more than 1,000 behind', async () => {
      const abort = new AbortController();
      const changes = subject.port.follow(abort.signal)[Symbol.asyncIterator]();
      const first = changes.next();
      await subject.advance(0);
      await subject.port.publish(change(0));
      expect((await first).value).toEqual(change(0));
      const witness = follow(abort.signal);
      await subject.advance(0);
      for (let n = 1; n <= 1_500; n += 1) await subject.port.publish(change(n));
      await eventually('all has arrived', () => witness.seen.length === 1_500);
      const next = (await changes.next()).value as Change;
      expect(next).toEqual(change(501));
      abort.abort();
      await witness.ended;
    });
  });
}
