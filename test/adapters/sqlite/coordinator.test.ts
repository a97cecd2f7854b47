import { describe, expect, it } from 'vitest';
import { createCoordinator } from '../../../src/adapters/sqlite/coordinator.js';
import type { Database } from '../../../src/adapters/sqlite/database.js';
import { DocentError } from '../../../src/core/errors.js';
import { QUEUE, createGate, newWork, reaches, workerOptions } from '../../contracts/coordinator-harness.js';
import { describeCoordinatorContract } from '../../contracts/coordinator.contract.js';
import { silentLogger } from '../../support/silent-logger.js';
import { openSubject } from './subject.js';

const DAY_MS = 24 * 60 * 60_000;
const maxWaiting = 300;

/** A database that fails while `failing` is set, as on a full disk. */
function breakable(database: Database): Database & { failing: boolean } {
  const failIfTold = (): void => {
    if (broken.failing)
      throw new DocentError('ENGINE_UNAVAILABLE', { userMessage: 'The disk is full.', retryable: true });
  };
  const broken = {
    ...database,
    failing: false,
    transaction: <Result>(work: () => Result): Result => {
      failIfTold();
      return database.transaction(work);
    },
    unflushedTransaction: <Result>(work: () => Result): Result => {
      failIfTold();
      return database.unflushedTransaction(work);
    },
  };
  return broken;
}

const open = () =>
  openSubject(({ database: whole, clock }) => {
    const database = breakable(whole);
    return { ...createCoordinator({ database, clock, logger: silentLogger, maxWaiting }), database };
  });

describeCoordinatorContract('sqlite', open, { maxWaiting });

describe('coordinator on SQLite', () => {
  it('takes back the work of a killed process at once, without waiting for a lease', async () => {
    const subject = await open();
    const gate = createGate();
    await subject.port.enqueue(newWork('a'));
    subject.port.work(QUEUE, workerOptions({ handle: gate.handle, leaseMs: DAY_MS }));
    await gate.begun('a');
    await subject.reopen();
    const next = createGate();
    subject.port.work(QUEUE, workerOptions({ handle: next.handle }));
    await next.end('a');
    expect(next.calls).toEqual(['a 2']);
  });

  it('counts no try for work that is given back when its worker stops', async () => {
    const subject = await open();
    const gate = createGate();
    await subject.port.enqueue(newWork('a'));
    const stopped = subject.port.work(QUEUE, workerOptions({ handle: gate.handle, maxAttempts: 1 })).stop(0);
    await subject.advance(0);
    await stopped;
    const worker = subject.port.work(QUEUE, workerOptions({ handle: gate.handle, maxAttempts: 1 }));
    const work = await gate.begun('a');
    const stopping = worker.stop(0);
    await subject.advance(0);
    await gate.fail('a', work.signal.reason);
    await stopping;
    expect(await subject.port.status(QUEUE, 'a')).toMatchObject({ state: 'waiting', attempts: 0 });
  });

  it('keeps an outcome until it can be written, so that the work is not done twice', async () => {
    const subject = await open();
    const gate = createGate();
    await subject.port.enqueue(newWork('a'));
    subject.port.work(QUEUE, workerOptions({ handle: gate.handle }));
    await gate.begun('a');
    subject.port.database.failing = true;
    await gate.end('a');
    await subject.advance(10_000);
    expect(await subject.port.status(QUEUE, 'a')).toMatchObject({ state: 'active' });
    subject.port.database.failing = false;
    await subject.advance(1_000);
    await reaches(subject, 'a', 'done');
    expect(gate.calls).toEqual(['a 1']);
  });

  it('shows what work last reported whose outcome cannot be written, and lets it be cancelled', async () => {
    const subject = await open();
    const gate = createGate();
    await subject.port.enqueue(newWork('a'));
    subject.port.work(QUEUE, workerOptions({ handle: gate.handle }));
    const work = await gate.begun('a');
    subject.port.database.failing = true;
    work.progress({ page: 7 });
    await gate.end('a');
    await subject.advance(10_000);
    expect(await subject.port.status(QUEUE, 'a')).toMatchObject({ state: 'active', progress: { page: 7 } });
    subject.port.database.failing = false;
    expect(await subject.port.cancel(QUEUE, 'a')).toBe(true);
    await subject.advance(60_000);
    expect(await subject.port.status(QUEUE, 'a')).toMatchObject({ state: 'cancelled' });
    expect(gate.calls).toEqual(['a 1']);
  });

  it('goes on claiming after the database failed for a while', async () => {
    const subject = await open();
    const gate = createGate();
    await subject.port.enqueue(newWork('a'));
    subject.port.database.failing = true;
    subject.port.work(QUEUE, workerOptions({ handle: gate.handle }));
    await subject.advance(10_000);
    subject.port.database.failing = false;
    await subject.advance(1_000);
    await gate.end('a');
    await reaches(subject, 'a', 'done');
  });

  it('passes over work that cannot be read any more', async () => {
    const subject = await open();
    const gate = createGate();
    for (const id of ['a', 'b']) await subject.port.enqueue(newWork(id, { orderKey: 'x' }));
    subject.port.database.run(`UPDATE work SET payload = '{' WHERE id = 'a'`);
    subject.port.work(QUEUE, workerOptions({ handle: gate.handle }));
    await gate.end('b');
    await reaches(subject, 'b', 'done');
    expect(await subject.port.status(QUEUE, 'a')).toMatchObject({ state: 'failed' });
  });

  it('sweeps ids whose day is over from the disk', async () => {
    const subject = await open();
    const gate = createGate();
    for (const id of ['a', 'b']) await subject.port.enqueue(newWork(id));
    subject.port.work(QUEUE, workerOptions({ handle: gate.handle }));
    await gate.end('a');
    await reaches(subject, 'a', 'done');
    await subject.advance(DAY_MS);
    expect(await subject.port.sweep()).toBe(1);
    expect(subject.port.database.all('SELECT id FROM work')).toMatchObject([{ id: 'b' }]);
  });

  it('aborts work and leases that are left when it is closed, and keeps nothing that comes later', async () => {
    const subject = await open();
    const gate = createGate();
    await subject.port.enqueue(newWork('a'));
    subject.port.work(QUEUE, workerOptions({ handle: gate.handle }));
    const work = await gate.begun('a');
    const lease = await subject.port.lease('report', { leaseMs: 1_000 });
    subject.port.close();
    expect([work.signal.aborted, lease?.signal.aborted]).toEqual([true, true]);
    await gate.end('a');
    await subject.advance(10_000);
    expect(await subject.port.status(QUEUE, 'a')).toMatchObject({ state: 'active' });
  });
});
