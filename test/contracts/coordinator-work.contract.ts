import { beforeEach, describe, expect, it } from 'vitest';
import type { ClaimedWork, Coordinator, NewWork, WorkOutcome } from '../../src/core/ports/coordinator.js';
import { BACKOFF_MS, QUEUE, createGate, newWork, reaches, workerOptions } from './coordinator-harness.js';
import type { CreateSubject, Subject } from './subject.js';

const DAY_MS = 24 * 60 * 60_000;

/** Does everything at once and notes its id. */
function noting(ran: string[]) {
  return async ({ id }: ClaimedWork): Promise<WorkOutcome> => {
    ran.push(id);
    return 'done';
  };
}

/** Accepting work, and the order in which it runs. `maxWaiting` is the bound of the subject's queues. */
export function describeWork(createSubject: CreateSubject<Coordinator>, maxWaiting: number): void {
  describe('work', () => {
    let subject: Subject<Coordinator>;
    beforeEach(async () => {
      subject = await createSubject();
    });
    const enqueue = (id: string, more: Partial<NewWork> = {}) => subject.port.enqueue(newWork(id, more));
    /** Runs everything that waits, one after another, and returns the ids in the order they ran. */
    const runAll = async (last: string): Promise<string[]> => {
      const ran: string[] = [];
      subject.port.work(QUEUE, workerOptions({ handle: noting(ran) }));
      await reaches(subject, last, 'done');
      return ran;
    };

    it('runs what was accepted before and after the worker started', async () => {
      await enqueue('a');
      const gate = createGate();
      subject.port.work(QUEUE, workerOptions({ handle: gate.handle }));
      await gate.end('a');
      await reaches(subject, 'a', 'done');
      await enqueue('b');
      await gate.end('b');
      await reaches(subject, 'b', 'done');
      expect(gate.calls).toEqual(['a 1', 'b 1']);
    });

    it('hands over the id, the group and the payload as they came', async () => {
      const payload = { text: 'schön \ud83d\ude00 \u0000 "', list: [1, null, { deep: [] }], flag: false };
      await enqueue('a', { group: 'guild', payload });
      const gate = createGate();
      subject.port.work(QUEUE, workerOptions({ handle: gate.handle }));
      expect(await gate.begun('a')).toMatchObject({ id: 'a', group: 'guild', payload, attempt: 1 });
    });

    it('takes an id once while its work waits, runs, is done or has failed', async () => {
      const gate = createGate();
      expect(await enqueue('a')).toBe('accepted');
      expect(await enqueue('a')).toBe('duplicate');
      subject.port.work(QUEUE, workerOptions({ handle: gate.handle, maxAttempts: 1 }));
      await gate.begun('a');
      expect(await enqueue('a')).toBe('duplicate');
      await gate.end('a');
      await reaches(subject, 'a', 'done');
      expect(await enqueue('a')).toBe('duplicate');
      await enqueue('b');
      await gate.fail('b', new Error('no'));
      await reaches(subject, 'b', 'failed');
      expect(await enqueue('b')).toBe('duplicate');
      expect(gate.calls).toEqual(['a 1', 'b 1']);
    });

    it('takes an id once of many that come at the same time', async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => enqueue('a')));
      expect(answers.filter((answer) => answer === 'accepted')).toHaveLength(1);
    });

    it('remembers an id for 24 hours after its work is done, and then takes it anew', async () => {
      await enqueue('a');
      expect(await runAll('a')).toEqual(['a']);
      await subject.advance(DAY_MS - 60_000);
      expect(await enqueue('a')).toBe('duplicate');
      await subject.advance(120_000);
      expect(await subject.port.status(QUEUE, 'a')).toBeUndefined();
      expect(await enqueue('a')).toBe('accepted');
      await reaches(subject, 'a', 'done');
    });

    it('keeps queues apart', async () => {
      await enqueue('a', { queue: 'other' });
      expect(await enqueue('a')).toBe('accepted');
      await runAll('a');
      expect(await subject.port.status('other', 'a')).toMatchObject({ state: 'waiting', attempts: 0 });
    });

    it('runs the oldest of a group first', async () => {
      for (const id of ['c', 'a', 'b']) await enqueue(id);
      expect(await runAll('b')).toEqual(['c', 'a', 'b']);
    });

    it('lets groups take turns, so that a long list does not keep a short one waiting', async () => {
      for (const id of ['a1', 'a2', 'a3', 'a4', 'a5']) await enqueue(id, { group: 'a' });
      for (const id of ['b1', 'b2']) await enqueue(id, { group: 'b' });
      await enqueue('c1', { group: 'c' });
      const ran = await runAll('a5');
      expect(ran.slice(0, 3).toSorted()).toEqual(['a1', 'b1', 'c1']);
      expect(ran.slice(3, 5).toSorted()).toEqual(['a2', 'b2']);
      expect(ran.slice(5)).toEqual(['a3', 'a4', 'a5']);
    });

    it('gives a group that comes late its turn before the rest of an earlier one', async () => {
      const gate = createGate();
      for (const id of ['a1', 'a2', 'a3']) await enqueue(id, { group: 'a' });
      subject.port.work(QUEUE, workerOptions({ handle: gate.handle }));
      await gate.begun('a1');
      await enqueue('b1', { group: 'b' });
      for (const id of ['a1', 'b1', 'a2', 'a3']) await gate.end(id);
      await reaches(subject, 'a3', 'done');
      expect(gate.calls).toEqual(['a1 1', 'b1 1', 'a2 1', 'a3 1']);
    });

    it('runs as many at once as allowed, and as many of one group', async () => {
      const gate = createGate();
      for (const id of ['a1', 'a2', 'a3', 'b1', 'b2']) await enqueue(id, { group: id.charAt(0) });
      subject.port.work(QUEUE, workerOptions({ handle: gate.handle, concurrency: 3, concurrencyPerGroup: 2 }));
      await gate.begun('b1');
      await gate.begun('a1');
      await subject.advance(100);
      expect(gate.calls).toHaveLength(3);
      await gate.end('b1');
      await gate.begun('b2');
      await subject.advance(100);
      expect(gate.isRunning('a3')).toBe(false);
    });

    it('passes over groups that have their share', async () => {
      const gate = createGate();
      for (const group of ['a', 'b', 'd']) await enqueue(`${group}1`, { group });
      subject.port.work(QUEUE, workerOptions({ handle: gate.handle, concurrency: 4 }));
      for (const id of ['a1', 'b1', 'd1']) await gate.begun(id);
      for (const group of ['a', 'b', 'c', 'd']) await enqueue(`${group}2`, { group });
      await gate.begun('c2');
      expect(gate.calls).toHaveLength(4);
    });

    it('runs work of one order key one after another, as it came, whatever else runs', async () => {
      const gate = createGate();
      for (const id of ['x1', 'x2', 'x3']) await enqueue(id, { orderKey: 'x' });
      for (const id of ['y1', 'y2']) await enqueue(id, { orderKey: 'y' });
      await enqueue('free');
      subject.port.work(QUEUE, workerOptions({ handle: gate.handle, concurrency: 10, concurrencyPerGroup: 10 }));
      for (const id of ['x1', 'y1', 'free']) await gate.begun(id);
      await subject.advance(100);
      expect(gate.calls).toHaveLength(3);
      await gate.end('x1');
      await gate.begun('x2');
      await subject.advance(100);
      expect(gate.calls).toHaveLength(4);
      await gate.end('x2');
      await gate.end('y1');
      await gate.begun('x3');
      await gate.begun('y2');
    });

    it('keeps the order of a key among groups', async () => {
      const gate = createGate();
      await enqueue('first', { group: 'z', orderKey: 'x' });
      await enqueue('second', { group: 'a', orderKey: 'x' });
      subject.port.work(QUEUE, workerOptions({ handle: gate.handle, concurrency: 2 }));
      await gate.begun('first');
      await subject.advance(100);
      expect(gate.isRunning('second')).toBe(false);
      await gate.end('first');
      await gate.begun('second');
    });

    it('waits for the next try though what is behind it in its order key was cancelled', async () => {
      const gate = createGate();
      await enqueue('a', { orderKey: 'x' });
      await enqueue('b', { orderKey: 'x' });
      subject.port.work(QUEUE, workerOptions({ handle: gate.handle, concurrency: 2, concurrencyPerGroup: 2 }));
      await gate.fail('a', new Error('busy'));
      await reaches(subject, 'a', 'waiting');
      await subject.port.cancel(QUEUE, 'b');
      await subject.advance(BACKOFF_MS - 1);
      expect(gate.calls).toEqual(['a 1']);
      await subject.advance(1);
      await gate.end('a');
    });

    it('lets what waits for its order key go first when work asks to go behind', async () => {
      const gate = createGate();
      for (const id of ['a', 'b']) await enqueue(id, { orderKey: 'x' });
      subject.port.work(QUEUE, workerOptions({ handle: gate.handle, concurrency: 2, concurrencyPerGroup: 2 }));
      await gate.end('a', 'again');
      await gate.begun('b');
      await subject.advance(100);
      expect(gate.isRunning('a')).toBe(false);
      await gate.end('b');
      await gate.end('a');
      await reaches(subject, 'a', 'done');
      expect(gate.calls).toEqual(['a 1', 'b 1', 'a 1']);
    });

    it('keeps the same order key of two queues apart', async () => {
      const gate = createGate();
      await enqueue('a', { orderKey: 'x' });
      await enqueue('b', { orderKey: 'x', queue: 'other' });
      subject.port.work(QUEUE, workerOptions({ handle: gate.handle }));
      subject.port.work('other', workerOptions({ handle: gate.handle }));
      await gate.begun('a');
      await gate.begun('b');
    });

    it('never gives one piece of work to two workers', async () => {
      const ran: string[] = [];
      const ids = Array.from({ length: 40 }, (_, index) => `id ${index}`);
      for (let worker = 0; worker < 2; worker += 1)
        subject.port.work(QUEUE, workerOptions({ concurrency: 5, concurrencyPerGroup: 5, handle: noting(ran) }));
      await Promise.all(ids.map((id) => enqueue(id)));
      for (const id of ids) await reaches(subject, id, 'done');
      expect(ran.toSorted()).toEqual(ids.toSorted());
    });

    it('refuses work past its bound, and takes it again when there is room', async () => {
      await Promise.all(Array.from({ length: maxWaiting }, (_, index) => enqueue(`id ${index}`)));
      await expect(enqueue('one more')).rejects.toMatchObject({ code: 'QUEUE_FULL', retryable: true });
      expect(await enqueue('id 7')).toBe('duplicate');
      expect(await enqueue('elsewhere', { queue: 'other' })).toBe('accepted');
      await subject.port.cancel(QUEUE, 'id 0');
      expect(await enqueue('one more')).toBe('accepted');
      expect((await subject.port.status(QUEUE, 'one more'))?.position).toBe(maxWaiting - 1);
    });
  });
}
