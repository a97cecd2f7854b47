import { beforeEach, describe, expect, it } from 'vitest';
import { DocentError } from '../../src/core/errors.js';
import type { Coordinator, NewWork, WorkerOptions } from '../../src/core/ports/coordinator.js';
import { eventually } from '../support/eventually.js';
import {
  BACKOFF_MS,
  type Gate,
  QUEUE,
  crash,
  createGate,
  newWork,
  reaches,
  workerOptions,
} from './coordinator-harness.js';
import type { CreateSubject, Subject } from './subject.js';

/** Tries, failures and crashes. */
export function describeFailure(createSubject: CreateSubject<Coordinator>): void {
  describe('failure', () => {
    let subject: Subject<Coordinator>;
    let gate: Gate;
    beforeEach(async () => {
      subject = await createSubject();
      gate = createGate();
    });
    const enqueue = (id: string, more: Partial<NewWork> = {}) => subject.port.enqueue(newWork(id, more));
    const start = (more: Partial<WorkerOptions> = {}) =>
      subject.port.work(QUEUE, workerOptions({ handle: gate.handle, ...more }));

    it('tries again after the wait, not before', async () => {
      await enqueue('a');
      start({ backoffMs: (attempt) => attempt * BACKOFF_MS });
      await gate.fail('a', new Error('busy'));
      await reaches(subject, 'a', 'waiting');
      await subject.advance(BACKOFF_MS - 1_000);
      expect(gate.calls).toEqual(['a 1']);
      await subject.advance(1_000);
      await gate.fail('a', new Error('busy'));
      await reaches(subject, 'a', 'waiting');
      await subject.advance(2 * BACKOFF_MS - 1_000);
      expect(gate.calls).toEqual(['a 1', 'a 2']);
      await subject.advance(1_000);
      await gate.end('a');
      await reaches(subject, 'a', 'done');
      expect(gate.calls).toEqual(['a 1', 'a 2', 'a 3']);
    });

    it('tries again after a wait that is no whole number of milliseconds', async () => {
      await enqueue('a');
      start({ backoffMs: () => BACKOFF_MS - 0.3 });
      await gate.fail('a', new Error('busy'));
      await reaches(subject, 'a', 'waiting');
      await subject.advance(BACKOFF_MS);
      await gate.end('a');
      await reaches(subject, 'a', 'done');
      expect(gate.calls).toEqual(['a 1', 'a 2']);
    });

    it('does other work while one waits for its next try', async () => {
      await enqueue('a');
      await enqueue('b');
      start();
      await gate.fail('a', new Error('busy'));
      await gate.end('b');
      await reaches(subject, 'b', 'done');
      expect(gate.calls).toEqual(['a 1', 'b 1']);
    });

    it('keeps the place of work in its order key until it is done', async () => {
      await enqueue('a', { orderKey: 'x' });
      await enqueue('b', { orderKey: 'x' });
      start({ concurrency: 2, concurrencyPerGroup: 2 });
      await gate.fail('a', new Error('busy'));
      await subject.advance(BACKOFF_MS / 2);
      expect(gate.calls).toEqual(['a 1']);
      await subject.advance(BACKOFF_MS / 2);
      await gate.end('a');
      await gate.end('b');
      await reaches(subject, 'b', 'done');
      expect(gate.calls).toEqual(['a 1', 'a 2', 'b 1']);
    });

    it('goes on with the order key after work that failed, once the failure was told', async () => {
      const told: string[] = [];
      await enqueue('a', { orderKey: 'x' });
      await enqueue('b', { orderKey: 'x' });
      start({
        failed: async (work) => void told.push(work.id),
        handle: async (work) => {
          if (work.id === 'a') throw new DocentError('DOCUMENT_DAMAGED', { userMessage: 'The file is broken.' });
          told.push(work.id);
          return 'done';
        },
      });
      await reaches(subject, 'b', 'done');
      expect(told).toEqual(['a', 'b']);
    });

    it('fails after the last try, and tells the last error once', async () => {
      const told: unknown[] = [];
      const last = new Error('third');
      await enqueue('a');
      start({ failed: async (work, error) => void told.push(work.id, work.attempt, work.payload, error) });
      for (const error of [new Error('first'), new Error('second'), last]) {
        await gate.fail('a', error);
        await subject.advance(BACKOFF_MS);
      }
      await reaches(subject, 'a', 'failed');
      await subject.advance(10 * BACKOFF_MS);
      expect(told).toEqual(['a', 3, { for: 'a' }, last]);
      expect(gate.calls).toHaveLength(3);
    });

    it('fails at once on an error that no further try can mend', async () => {
      const told: unknown[] = [];
      const error = new DocentError('DOCUMENT_ENCRYPTED', { userMessage: 'The file has a password.' });
      await enqueue('a');
      start({ failed: async (_work, reason) => void told.push(reason) });
      await gate.fail('a', error);
      await reaches(subject, 'a', 'failed');
      expect(told).toEqual([error]);
    });

    it('tries again on an error that is retryable', async () => {
      await enqueue('a');
      start();
      await gate.fail(
        'a',
        new DocentError('MODEL_UNAVAILABLE', { userMessage: 'The model is away.', retryable: true }),
      );
      await subject.advance(BACKOFF_MS);
      await gate.end('a');
      await reaches(subject, 'a', 'done');
    });

    it('tells a failure again when telling it failed', async () => {
      const told: string[] = [];
      await enqueue('a');
      start({
        maxAttempts: 1,
        failed: async (_work, error) => {
          told.push((error as Error).message);
          if (told.length < 3) throw new Error('the platform is away');
        },
      });
      await gate.fail('a', new DocentError('DOCUMENT_EMPTY', { userMessage: 'The file is empty.' }));
      await eventually('it is told', () => told.length === 1);
      await subject.advance(2 * BACKOFF_MS);
      await reaches(subject, 'a', 'failed');
      expect(new Set(told)).toEqual(new Set(['DOCUMENT_EMPTY: The file is empty.']));
      expect(told).toHaveLength(3);
      expect(gate.calls).toEqual(['a 1']);
    });

    it('puts work that asks for it behind the rest of its group, and counts no try', async () => {
      for (const id of ['a', 'b', 'c']) await enqueue(id);
      start({ maxAttempts: 1 });
      await gate.end('a', 'again');
      await gate.begun('b');
      const left = await subject.port.list({ queue: QUEUE, limit: 10 });
      expect(left.map(({ id }) => id)).toEqual(['b', 'c', 'a']);
      await gate.end('b');
      await gate.end('c');
      await gate.end('a', 'again');
      await gate.end('a');
      await reaches(subject, 'a', 'done');
      expect(gate.calls).toEqual(['a 1', 'b 1', 'c 1', 'a 1', 'a 1']);
    });

    it('runs what waited when the process was killed', async () => {
      await enqueue('a');
      await enqueue('b', { orderKey: 'x' });
      await enqueue('c', { orderKey: 'x' });
      await crash(subject);
      start();
      for (const id of ['a', 'b', 'c']) await gate.end(id);
      await reaches(subject, 'c', 'done');
      expect(gate.calls).toEqual(['a 1', 'b 1', 'c 1']);
    });

    it('runs again what was running when the process was killed, and counts the try', async () => {
      await enqueue('a', { orderKey: 'x' });
      await enqueue('b', { orderKey: 'x' });
      start({ concurrency: 2, concurrencyPerGroup: 2 });
      await gate.begun('a');
      await crash(subject);
      gate = createGate();
      start({ concurrency: 2, concurrencyPerGroup: 2 });
      await gate.begun('a');
      await subject.advance(100);
      expect(gate.calls).toEqual(['a 2']);
      await gate.end('a');
      await gate.begun('b');
    });

    it('does not run again what was done before the process was killed', async () => {
      await enqueue('a');
      start();
      await gate.end('a');
      await reaches(subject, 'a', 'done');
      await crash(subject);
      start();
      expect(await enqueue('a')).toBe('duplicate');
      await enqueue('b');
      await gate.begun('b');
      expect(gate.calls).toEqual(['a 1', 'b 1']);
    });

    it('waits for the next try over a crash', async () => {
      await enqueue('a');
      start({ backoffMs: () => 60_000 });
      await gate.fail('a', new Error('busy'));
      await reaches(subject, 'a', 'waiting');
      await crash(subject);
      start();
      await subject.advance(30_000);
      expect(gate.calls).toEqual(['a 1']);
      await subject.advance(30_000);
      await gate.begun('a');
    });

    it('gives up work that kills the process each time, tells so, and goes on with the next', async () => {
      const told: unknown[] = [];
      await enqueue('a', { orderKey: 'x' });
      await enqueue('b', { orderKey: 'x' });
      for (let attempt = 1; attempt <= 3; attempt += 1) {
        start();
        expect((await gate.begun('a')).attempt).toBe(attempt);
        await crash(subject);
        gate = createGate();
      }
      start({ failed: async (work, error) => void told.push(work.id, (error as DocentError).code) });
      await gate.end('b');
      await reaches(subject, 'b', 'done');
      expect(told).toEqual(['a', 'WORK_POISONED']);
      expect(gate.calls).toEqual(['b 1']);
      expect(await subject.port.status(QUEUE, 'a')).toMatchObject({ state: 'failed', attempts: 3 });
    });

    it('gives up telling a failure when that kills the process five times', async () => {
      let told = 0;
      const tellForEver = async (): Promise<void> => {
        told += 1;
        await new Promise(() => {});
      };
      await enqueue('a', { orderKey: 'x' });
      await enqueue('b', { orderKey: 'x' });
      start({ failed: tellForEver });
      await gate.fail('a', new DocentError('DOCUMENT_EMPTY', { userMessage: 'The file is empty.' }));
      for (let death = 1; death <= 5; death += 1) {
        await eventually(`it is told ${death} times`, () => told === death);
        await crash(subject);
        start({ failed: tellForEver });
      }
      await gate.begun('b');
      expect(told).toBe(5);
      expect(await subject.port.status(QUEUE, 'a')).toMatchObject({ state: 'failed' });
    });

    it('tells a failure again when the process was killed while telling it, without trying again', async () => {
      const told: unknown[] = [];
      await enqueue('a');
      start({
        failed: async () => {
          told.push('begun');
          await new Promise(() => {});
        },
      });
      await gate.fail('a', new DocentError('DOCUMENT_EMPTY', { userMessage: 'The file is empty.' }));
      await eventually('telling begins', () => told.length === 1);
      await crash(subject);
      start({ failed: async (_work, error) => void told.push((error as DocentError).userMessage) });
      await reaches(subject, 'a', 'failed');
      expect(told).toEqual(['begun', 'The file is empty.']);
      expect(gate.calls).toEqual(['a 1']);
    });
  });
}
