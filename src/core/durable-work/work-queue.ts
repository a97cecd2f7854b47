import type { Clock } from '../ports/clock.js';
import type { Worker, WorkerOptions } from '../ports/coordinator.js';
import type { Logger } from '../ports/logger.js';
import { type WorkClaim, runClaim } from './run-claim.js';
import type { WorkItem } from './work-item.js';
import type { WorkStore } from './work-store.js';

/** How long aborted work may take to come to an end when its worker stops, in milliseconds. */
const ABORT_GRACE_MS = 1_000;
/** The wait before claiming is tried again after the storage failed, in milliseconds. */
const FAILURE_PAUSE_MS = 1_000;

/** What a queue works with. */
export interface WorkQueueOptions<Item extends WorkItem> {
  readonly name: string;
  readonly store: WorkStore<Item>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** One queue's work in this process. */
export interface WorkQueue<Item extends WorkItem> {
  start(options: WorkerOptions): Worker;
  /** Looks for work on the next turn of the event loop; many calls before that make one look. */
  wake(): void;
  /** Looks for work at once, if it is not looking yet: a claim that is sent right behind a write waits for the disk with it. */
  lookNow(): void;
  /** What runs here, revoked claims included. */
  claims(): Iterable<WorkClaim<Item>>;
  /** Revokes everything and takes no more work. */
  close(): void;
}

interface WorkerState<Item extends WorkItem> {
  readonly options: WorkerOptions;
  readonly claims: Set<WorkClaim<Item>>;
  isOpen: boolean;
  /** The newest question for work: settles when what it claimed runs here. */
  asking: Promise<unknown>;
}

/** Hands a queue's work to its workers, one look at a time, whoever wakes it how often. */
export function createWorkQueue<Item extends WorkItem>({
  name,
  store,
  clock,
  logger,
}: WorkQueueOptions<Item>): WorkQueue<Item> {
  const workers = new Set<WorkerState<Item>>();
  const claims = new Set<WorkClaim<Item>>();
  let isLooking = false;
  let lookAgain = false;
  let isFailing = false;
  let cancelTimer = (): void => {};

  const wakeBy = (begin: (look: () => void) => void): void => {
    lookAgain = true;
    if (isLooking || workers.size === 0) return;
    isLooking = true;
    begin(() => void look());
  };
  const wake = (): void => wakeBy(setImmediate);
  const lookNow = (): void => wakeBy((begin) => begin());

  /** Claims one piece for each worker, then lets the event loop go round before the next. */
  const look = async (): Promise<void> => {
    cancelTimer();
    lookAgain = false;
    try {
      for (const worker of workers) {
        worker.asking = claimFor(worker);
        if (await worker.asking) lookAgain = true;
      }
      // Where no worker has room, the next claim that ends looks again.
      if (!lookAgain && [...workers].some(hasRoom)) planNextLook(await store.nextLookMs());
      isFailing = false;
    } catch (error) {
      // Said once, however long the storage is away.
      if (!isFailing && workers.size > 0) logger.error('work.claim-failed', { queue: name }, error);
      isFailing = true;
      planNextLook(FAILURE_PAUSE_MS);
    }
    isLooking = false;
    if (lookAgain) wake();
  };

  const planNextLook = (delayMs: number | undefined): void => {
    if (delayMs !== undefined && workers.size > 0) cancelTimer = clock.after(delayMs, wake);
  };

  const claimFor = async (worker: WorkerState<Item>): Promise<boolean> => {
    const { maxAttempts, leaseMs } = worker.options;
    if (!hasRoom(worker)) return false;
    const item = await store.claim({
      fullGroups: fullGroups(worker),
      running: running(claims),
      maxAttempts,
      leaseMs,
    });
    if (item === undefined || !workers.has(worker)) return false;
    if (worker.isOpen) run(worker, item);
    // It stopped while the claim was on its way.
    else await store.giveBack(item);
    return true;
  };

  const run = (worker: WorkerState<Item>, item: Item): void => {
    const claim = runClaim(item, { store, clock, logger, worker: worker.options, ending: lookNow });
    claims.add(claim);
    worker.claims.add(claim);
    void claim.settled.then(() => {
      claims.delete(claim);
      worker.claims.delete(claim);
      wake();
    });
  };

  const stop = async (worker: WorkerState<Item>, drainMs: number): Promise<void> => {
    worker.isOpen = false;
    const asked = Promise.allSettled([worker.asking]);
    await within(
      clock,
      drainMs,
      asked.then(() => settled(worker)),
    );
    for (const claim of worker.claims) claim.interrupt();
    await within(clock, ABORT_GRACE_MS, settled(worker));
    workers.delete(worker);
  };

  return {
    start(options) {
      const worker: WorkerState<Item> = { options, claims: new Set(), isOpen: true, asking: Promise.resolve() };
      workers.add(worker);
      wake();
      return { stop: (drainMs) => stop(worker, drainMs) };
    },
    wake,
    lookNow,
    claims: () => claims,
    close() {
      cancelTimer();
      workers.clear();
      for (const claim of claims) claim.revoke();
    },
  };
}

function hasRoom<Item extends WorkItem>({ isOpen, claims, options }: WorkerState<Item>): boolean {
  return isOpen && running(claims).length < options.concurrency;
}

/** What has not come to its end. */
function running<Item extends WorkItem>(claims: Iterable<WorkClaim<Item>>): Item[] {
  return [...claims].filter((claim) => !claim.isEnding()).map((claim) => claim.item());
}

function fullGroups<Item extends WorkItem>({ claims, options }: WorkerState<Item>): string[] {
  const counts = new Map<string, number>();
  for (const { group } of running(claims)) counts.set(group, (counts.get(group) ?? 0) + 1);
  return [...counts].filter(([, count]) => count >= options.concurrencyPerGroup).map(([group]) => group);
}

function settled<Item extends WorkItem>({ claims }: WorkerState<Item>): Promise<unknown> {
  return Promise.all([...claims].map((claim) => claim.settled));
}

/** Resolves with the work, or after `limitMs`. */
async function within(clock: Clock, limitMs: number, work: Promise<unknown>): Promise<void> {
  let cancel = (): void => {};
  const limit = new Promise<void>((resolve) => {
    cancel = clock.after(limitMs, resolve);
  });
  await Promise.race([work, limit]);
  cancel();
}
