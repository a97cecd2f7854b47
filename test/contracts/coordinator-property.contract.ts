import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClaimedWork, Coordinator, WorkOutcome } from '../../src/core/ports/coordinator.js';
import { QUEUE, crash, newWork, workerOptions } from './coordinator-harness.js';
import type { CreateSubject, Subject } from './subject.js';

/** What one piece of work does on its first calls; after these it is done. */
type Mishap = 'again' | 'throw' | 'hang';

interface Plan {
  readonly group: string;
  readonly orderKey: string | undefined;
  readonly mishaps: readonly Mishap[];
}

type Step =
  | { readonly kind: 'enqueue'; readonly piece: number }
  | { readonly kind: 'crash' }
  | { readonly kind: 'wait' };

const PIECES = 12;
const CONCURRENCY = 4;
const PER_GROUP = 2;
const BACKOFF_MS = 1_000;

const plan: fc.Arbitrary<Plan> = fc.record({
  group: fc.constantFrom('a', 'b', 'c'),
  orderKey: fc.constantFrom(undefined, undefined, 'x', 'y'),
  mishaps: fc.array(fc.constantFrom<Mishap>('again', 'throw', 'hang'), { maxLength: 3 }),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('enqueue' as const), piece: fc.nat({ max: PIECES - 1 }) }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'crash' as const }) },
  { weight: 3, arbitrary: fc.constant({ kind: 'wait' as const }) },
);

/** A world of work that checks every call against what is promised. */
function createWorld(plans: readonly Plan[]) {
  const calls = new Map<number, number>();
  const seenDone = new Set<number>();
  const arrivals: number[] = [];
  let running: number[] = [];
  const planOf = (piece: number): Plan => plans[piece] as Plan;

  const begin = (piece: number): void => {
    const { group, orderKey } = planOf(piece);
    const others = running.map(planOf);
    expect(seenDone.has(piece), `${piece} runs again though it was done`).toBe(false);
    expect(running).not.toContain(piece);
    expect(others.length).toBeLessThan(CONCURRENCY);
    expect(others.filter((other) => other.group === group).length).toBeLessThan(PER_GROUP);
    if (orderKey !== undefined) expect(others.map((other) => other.orderKey)).not.toContain(orderKey);
    running.push(piece);
  };
  const finish = (piece: number): void => {
    running = running.filter((other) => other !== piece);
  };

  return {
    arrivals,
    /** How a crash looks from outside: nothing runs any more. */
    crash() {
      running = [];
    },
    async lookFor(coordinator: Coordinator): Promise<boolean> {
      for (const piece of arrivals)
        if ((await coordinator.status(QUEUE, String(piece)))?.state === 'done') seenDone.add(piece);
      return arrivals.every((piece) => seenDone.has(piece));
    },
    async handle(work: ClaimedWork): Promise<WorkOutcome> {
      const piece = Number(work.id);
      begin(piece);
      const call = calls.get(piece) ?? 0;
      calls.set(piece, call + 1);
      await Promise.resolve();
      const mishap = planOf(piece).mishaps[call];
      if (mishap === 'hang') await new Promise(() => {});
      const earlier = arrivals.slice(0, arrivals.indexOf(piece));
      finish(piece);
      if (mishap === 'throw') throw new Error('busy');
      if (mishap === 'again') return 'again';
      return assertInOrder(piece, earlier);
    },
    callsOf: (piece: number) => calls.get(piece) ?? 0,
  };

  /** Without "again", work of a key ends in the order it came. */
  function assertInOrder(piece: number, earlier: readonly number[]): WorkOutcome {
    const { orderKey } = planOf(piece);
    const before = earlier.filter((other) => orderKey !== undefined && planOf(other).orderKey === orderKey);
    for (const other of before) {
      if (planOf(other).mishaps.includes('again')) continue;
      expect(calls.get(other) ?? 0, `${other} comes before ${piece}`).toBeGreaterThan(planOf(other).mishaps.length);
    }
    return 'done';
  }
}

async function live(subject: Subject<Coordinator>, plans: readonly Plan[], steps: readonly Step[]): Promise<void> {
  const world = createWorld(plans);
  const broken: unknown[] = [];
  const work = (): void => {
    const handle = async (each: ClaimedWork): Promise<WorkOutcome> => {
      try {
        return await world.handle(each);
      } catch (error) {
        if (!(error instanceof Error && error.message === 'busy')) broken.push(error);
        throw error;
      }
    };
    const bounds = { concurrency: CONCURRENCY, concurrencyPerGroup: PER_GROUP, maxAttempts: 50 };
    const failed = async (_work: ClaimedWork, error: unknown): Promise<void> => void broken.push(error);
    subject.port.work(QUEUE, workerOptions({ ...bounds, handle, failed, backoffMs: () => BACKOFF_MS }));
  };
  const kill = async (): Promise<void> => {
    await world.lookFor(subject.port);
    world.crash();
    await crash(subject);
    work();
  };

  work();
  for (const each of steps) {
    if (each.kind === 'crash') await kill();
    else if (each.kind === 'wait') await subject.advance(BACKOFF_MS);
    else await enqueue(subject.port, world.arrivals, plans, each.piece);
  }
  for (let round = 0; !(await world.lookFor(subject.port)); round += 1) {
    expect(round, 'all work comes to its end').toBeLessThan(60);
    await subject.advance(BACKOFF_MS);
    if (round % 10 === 9) await kill();
  }
  expect(broken).toEqual([]);
  for (const piece of world.arrivals) expect(world.callsOf(piece)).toBe((plans[piece]?.mishaps.length ?? 0) + 1);
}

async function enqueue(
  coordinator: Coordinator,
  arrivals: number[],
  plans: readonly Plan[],
  piece: number,
): Promise<void> {
  const { group, orderKey } = plans[piece] as Plan;
  const isNew = !arrivals.includes(piece);
  if (isNew) arrivals.push(piece);
  const more = { group, ...(orderKey === undefined ? {} : { orderKey }) };
  expect(await coordinator.enqueue(newWork(String(piece), more))).toBe(isNew ? 'accepted' : 'duplicate');
}

/** Any interleaving of arrivals, mishaps and crashes. */
export function describeProperty(createSubject: CreateSubject<Coordinator>): void {
  describe('property', () => {
    it('loses no work, doubles none and keeps its bounds, however arrivals, failures and crashes fall', async () => {
      const plans = fc.array(plan, { minLength: PIECES, maxLength: PIECES });
      const steps = fc.array(step, { minLength: 1, maxLength: 40 });
      const holds = fc.asyncProperty(plans, steps, async (somePlans, someSteps) => {
        await live(await createSubject(), somePlans, someSteps);
      });
      await fc.assert(holds, { numRuns: 20 });
    }, 60_000);
  });
}
