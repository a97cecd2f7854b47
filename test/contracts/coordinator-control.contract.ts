import { beforeEach, describe, expect, it } from 'vitest';
import type { Coordinator, NewWork, WorkerOptions } from '../../src/core/ports/coordinator.js';
import { eventually } from '../support/eventually.js';
import { type Gate, QUEUE, crash, createGate, newWork, reaches, workerOptions } from './coordinator-harness.js';
import type { CreateSubject, Subject } from './subject.js';

/** Seeing, cancelling, erasing and stopping work. */
export function describeControl(createSubject: CreateSubject<Coordinator>): void {
  describe('control', () => {
    let subject: Subject<Coordinator>;
    let gate: Gate;
    beforeEach(async () => {
      subject = await createSubject();
      gate = createGate();
    });
    const enqueue = (id: string, more: Partial<NewWork> = {}) => subject.port.enqueue(newWork(id, more));
    const start = (more: Partial<WorkerOptions> = {}) =>
      subject.port.work(QUEUE, workerOptions({ handle: gate.handle, ...more }));
    const status = (id: string) => subject.port.status(QUEUE, id);
    const listed = async (query: { readonly group?: string; readonly limit?: number } = {}): Promise<string[]> =>
      (await subject.port.list({ queue: QUEUE, limit: 100, ...query })).map(({ id }) => id);

    it('knows nothing of work that never was', async () => {
      expect(await status('a')).toBeUndefined();
      expect(await subject.port.cancel(QUEUE, 'a')).toBe(false);
      expect(await listed()).toEqual([]);
    });

    it('shows work from its arrival to its end, and drops its payload then', async () => {
      await enqueue('a');
      const common = { id: 'a', queue: QUEUE, group: 'coach', position: 0, progress: null };
      expect(await status('a')).toEqual({ ...common, state: 'waiting', attempts: 0, payload: { for: 'a' } });
      start();
      await gate.begun('a');
      expect(await status('a')).toEqual({ ...common, state: 'active', attempts: 1, payload: { for: 'a' } });
      await gate.end('a');
      await reaches(subject, 'a', 'done');
      expect(await status('a')).toEqual({ ...common, state: 'done', attempts: 1, payload: null });
    });

    it('tells how many start before each waiting piece, groups taking turns', async () => {
      for (const id of ['a1', 'a2', 'a3']) await enqueue(id, { group: 'a' });
      await enqueue('b1', { group: 'b' });
      const position = async (id: string): Promise<number> => (await status(id))?.position ?? -1;
      expect(new Set([await position('a1'), await position('b1')])).toEqual(new Set([0, 1]));
      expect([await position('a2'), await position('a3')]).toEqual([2, 3]);
      start();
      await gate.end('a1');
      await gate.begun('b1');
      expect([await position('b1'), await position('a2'), await position('a3')]).toEqual([0, 0, 1]);
    });

    it('lists what is not over, oldest first, of a group too', async () => {
      for (const id of ['z', 'y', 'x']) await enqueue(id, { group: id === 'y' ? 'guild' : 'coach' });
      await enqueue('w', { queue: 'other' });
      start();
      await gate.begun('z');
      expect(await listed()).toEqual(['z', 'y', 'x']);
      expect(await listed({ group: 'coach' })).toEqual(['z', 'x']);
      expect(await listed({ limit: 1 })).toEqual(['z']);
      await gate.end('z');
      await reaches(subject, 'z', 'done');
      expect(await listed()).toEqual(['y', 'x']);
    });

    it('shows the newest report of progress, also when the work is over', async () => {
      await enqueue('a');
      start();
      const work = await gate.begun('a');
      for (let page = 1; page <= 100; page += 1) work.progress({ page });
      await subject.advance(2_000);
      expect((await status('a'))?.progress).toEqual({ page: 100 });
      work.progress({ page: 101 });
      await gate.end('a');
      await reaches(subject, 'a', 'done');
      expect((await status('a'))?.progress).toEqual({ page: 101 });
    });

    it('keeps progress for the next try, also over a crash', async () => {
      await enqueue('a');
      start({ backoffMs: () => 0 });
      (await gate.begun('a')).progress({ page: 1 });
      await gate.fail('a', new Error('busy'));
      (await gate.begun('a')).progress({ page: 2 });
      await subject.advance(2_000);
      await crash(subject);
      expect((await status('a'))?.progress).toEqual({ page: 2 });
    });

    it('keeps saved progress from the moment it is saved, over a crash', async () => {
      await enqueue('a');
      start();
      const work = await gate.begun('a');
      work.progress({ page: 1 });
      await work.saveProgress({ page: 2 });
      await crash(subject);
      expect((await status('a'))?.progress).toEqual({ page: 2 });
    });

    it('cancels waiting work, whose id may then be used again', async () => {
      await enqueue('a');
      expect(await subject.port.cancel(QUEUE, 'a')).toBe(true);
      expect(await subject.port.cancel(QUEUE, 'a')).toBe(false);
      expect(await status('a')).toMatchObject({ state: 'cancelled', payload: null });
      expect(await listed()).toEqual([]);
      start();
      await subject.advance(100);
      expect(gate.calls).toEqual([]);
      expect(await enqueue('a')).toBe('accepted');
      await gate.end('a');
      await reaches(subject, 'a', 'done');
    });

    it('aborts active work that is cancelled, and whatever comes of it counts no more', async () => {
      const told: string[] = [];
      await enqueue('a');
      await enqueue('b');
      start({ failed: async ({ id }) => void told.push(id), maxAttempts: 1 });
      const work = await gate.begun('a');
      expect(await subject.port.cancel(QUEUE, 'a')).toBe(true);
      expect(work.signal.aborted).toBe(true);
      await gate.fail('a', work.signal.reason);
      await gate.end('b');
      await reaches(subject, 'b', 'done');
      expect(await status('a')).toMatchObject({ state: 'cancelled' });
      expect(told).toEqual([]);
      expect(gate.calls).toEqual(['a 1', 'b 1']);
    });

    it('starts an id anew only after its cancelled work has come to an end', async () => {
      await enqueue('a');
      start({ concurrency: 2, concurrencyPerGroup: 2 });
      await gate.begun('a');
      await subject.port.cancel(QUEUE, 'a');
      expect(await enqueue('a', { payload: 'new' })).toBe('accepted');
      await subject.advance(100);
      expect(gate.calls).toEqual(['a 1']);
      await gate.end('a');
      expect((await gate.begun('a')).payload).toBe('new');
      expect(await status('a')).toMatchObject({ state: 'active' });
    });

    it('goes on with an order key once cancelled work has come to an end', async () => {
      for (const id of ['a', 'b', 'c']) await enqueue(id, { orderKey: 'x' });
      start({ concurrency: 3, concurrencyPerGroup: 3 });
      await gate.begun('a');
      await subject.port.cancel(QUEUE, 'a');
      await subject.port.cancel(QUEUE, 'b');
      await subject.advance(100);
      expect(gate.isRunning('c')).toBe(false);
      await gate.end('a');
      await gate.begun('c');
    });

    it('goes on with an order key whose first piece went before it started', async () => {
      await enqueue('a', { orderKey: 'x' });
      await enqueue('b', { orderKey: 'x', group: 'guild' });
      await enqueue('c', { orderKey: 'x', group: 'guild' });
      await subject.port.eraseGroup('coach');
      await subject.port.cancel(QUEUE, 'b');
      start();
      await gate.begun('c');
      await enqueue('d', { orderKey: 'y' });
      await enqueue('e', { orderKey: 'y', group: 'guild' });
      await subject.port.eraseGroup('coach');
      start();
      await gate.begun('e');
    });

    it('leaves cancelled work cancelled over a crash', async () => {
      await enqueue('a');
      await enqueue('b');
      start({ concurrency: 2, concurrencyPerGroup: 2 });
      await gate.begun('a');
      await gate.begun('b');
      await subject.port.cancel(QUEUE, 'a');
      await crash(subject);
      gate = createGate();
      start({ concurrency: 2, concurrencyPerGroup: 2 });
      await gate.begun('b');
      await subject.advance(100);
      expect(gate.calls).toEqual(['b 2']);
      expect(await status('a')).toMatchObject({ state: 'cancelled' });
    });

    it('does not cancel work that is over', async () => {
      await enqueue('a');
      start();
      await gate.end('a');
      await reaches(subject, 'a', 'done');
      expect(await subject.port.cancel(QUEUE, 'a')).toBe(false);
      expect(await status('a')).toMatchObject({ state: 'done' });
    });

    it('erases all work of a group, in every queue and state, and nothing else', async () => {
      for (const id of ['a', 'b', 'c']) await enqueue(id, { orderKey: 'x' });
      await enqueue('d', { queue: 'other' });
      await enqueue('e', { group: 'guild', orderKey: 'x' });
      start();
      await gate.end('a');
      const work = await gate.begun('b');
      expect(await subject.port.eraseGroup('coach')).toBe(4);
      expect(work.signal.aborted).toBe(true);
      expect(await subject.port.status('other', 'd')).toBeUndefined();
      expect(await listed()).toEqual(['e']);
      await gate.end('b');
      await gate.begun('e');
      expect([await status('a'), await status('b'), await status('c')]).toEqual([undefined, undefined, undefined]);
      expect(await subject.port.eraseGroup('coach')).toBe(0);
    });

    it.each(['waiting', 'active', 'done', 'cancelled'])('takes an id anew whose %s work was erased', async (state) => {
      await enqueue('a');
      if (state !== 'waiting') start();
      if (state === 'active' || state === 'cancelled') await gate.begun('a');
      if (state === 'cancelled') await subject.port.cancel(QUEUE, 'a');
      if (state === 'done') {
        await gate.end('a');
        await reaches(subject, 'a', 'done');
      }
      await subject.port.eraseGroup('coach');
      expect(await enqueue('a', { payload: 'new' })).toBe('accepted');
      if (state === 'waiting') start();
      if (state === 'active' || state === 'cancelled') await gate.end('a');
      await eventually('it runs', () => gate.calls.length === (state === 'waiting' ? 1 : 2));
      expect((await gate.begun('a')).payload).toBe('new');
      await gate.end('a');
      await reaches(subject, 'a', 'done');
    });

    it('erases nothing of work whose id another group has taken anew', async () => {
      await enqueue('a');
      await subject.port.cancel(QUEUE, 'a');
      await enqueue('a', { group: 'guild' });
      expect(await subject.port.eraseGroup('coach')).toBe(0);
      expect(await status('a')).toMatchObject({ state: 'waiting', group: 'guild' });
    });

    it('takes no new work once stopped, and waits for what runs', async () => {
      await enqueue('a');
      await enqueue('b');
      const worker = start();
      const work = await gate.begun('a');
      const stopped = worker.stop(60_000);
      await gate.end('a');
      await stopped;
      expect(work.signal.aborted).toBe(false);
      expect(await status('a')).toMatchObject({ state: 'done' });
      await subject.advance(100);
      expect(gate.calls).toEqual(['a 1']);
      expect(await status('b')).toMatchObject({ state: 'waiting' });
    });

    it('aborts what still runs after the drain, and leaves it to the next worker', async () => {
      const told: string[] = [];
      await enqueue('a');
      const worker = start({ maxAttempts: 2, failed: async ({ id }) => void told.push(id) });
      const work = await gate.begun('a');
      const stopped = worker.stop(5_000);
      await subject.advance(4_000);
      expect(work.signal.aborted).toBe(false);
      await subject.advance(1_000);
      expect(work.signal.aborted).toBe(true);
      await gate.fail('a', work.signal.reason);
      await stopped;
      expect(await status('a')).toMatchObject({ state: 'waiting' });
      start();
      await gate.end('a');
      await reaches(subject, 'a', 'done');
      expect(told).toEqual([]);
    });

    it('stops even when aborted work does not come to an end', async () => {
      await enqueue('a');
      const worker = start();
      await gate.begun('a');
      const stopped = worker.stop(1_000);
      await subject.advance(10_000);
      await stopped;
      expect(gate.isRunning('a')).toBe(true);
      await crash(subject);
      gate = createGate();
      start();
      await gate.begun('a');
    });

    it('is healthy', async () => {
      expect((await subject.port.health(AbortSignal.timeout(5_000))).state).toBe('healthy');
    });
  });
}
