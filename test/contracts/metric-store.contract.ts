import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { creatorIdSchema } from '../../src/core/ids.js';
import type { Counters, MetricDay, MetricLevel, MetricStore } from '../../src/core/ports/metric-store.js';
import type { CreateSubject, Subject } from './subject.js';

const DAY_MS = 24 * 60 * 60_000;
const coach = creatorIdSchema.parse('coach');
const guild = creatorIdSchema.parse('guild');
const both = (counters: Counters): Record<MetricLevel, Counters> => ({ detail: counters, rollUp: counters });

/** What every metric store promises. */
export function describeMetricStoreContract(name: string, createSubject: CreateSubject<MetricStore>): void {
  describe(`MetricStore contract: ${name}`, () => {
    let subject: Subject<MetricStore>;
    beforeEach(async () => {
      subject = await createSubject();
    });
    const store = (): MetricStore => subject.port;
    /** The UTC day so many days from now. */
    const day = (offset: number): MetricDay =>
      new Date(subject.now() + offset * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');

    it('has nothing for a day without counters', async () => {
      expect(await store().read(coach, [day(0), day(-1)], 'detail')).toEqual([]);
    });

    it('adds up what is counted', async () => {
      await store().add(coach, day(0), both({ questions: 1, tokens: 120 }));
      await store().add(coach, day(0), both({ questions: 1, 'outcome:answered': 2 }));
      const counters = { questions: 2, tokens: 120, 'outcome:answered': 2 };
      expect(await store().read(coach, [day(0)], 'detail')).toEqual([{ day: day(0), counters }]);
    });

    it('loses none of many additions at once', async () => {
      await Promise.all(
        Array.from({ length: 50 }, () => store().add(coach, day(0), both({ questions: 1, tokens: 3 }))),
      );
      expect(await store().read(coach, [day(0)], 'detail')).toEqual([
        { day: day(0), counters: { questions: 50, tokens: 150 } },
      ]);
    });

    it('returns the days that have counters, in the order that was asked for', async () => {
      await store().add(coach, day(0), both({ questions: 1 }));
      await store().add(coach, day(-2), both({ questions: 3 }));
      expect(await store().read(coach, [day(-2), day(-1), day(0)], 'detail')).toEqual([
        { day: day(-2), counters: { questions: 3 } },
        { day: day(0), counters: { questions: 1 } },
      ]);
    });

    it('keeps creators apart', async () => {
      await store().add(coach, day(0), both({ questions: 1 }));
      await store().add(guild, day(0), both({ questions: 5 }));
      await store().eraseCreator(guild);
      for (const level of ['detail', 'rollUp'] as const) expect(await store().read(guild, [day(0)], level)).toEqual([]);
      expect(await store().read(coach, [day(0)], 'detail')).toEqual([{ day: day(0), counters: { questions: 1 } }]);
    });

    it('refuses a number that is not whole, and counts nothing of that call', async () => {
      const addition = store().add(coach, day(0), both({ questions: 1, tokens: 0.5 }));
      await expect(addition).rejects.toMatchObject({ code: 'RECORD_INVALID' });
      expect(await store().read(coach, [day(0)], 'detail')).toEqual([]);
    });

    it('keeps the two levels of a day apart', async () => {
      await store().add(coach, day(0), { detail: { questions: 1, 'model:a': 1 }, rollUp: { questions: 1 } });
      expect(await store().read(coach, [day(0)], 'detail')).toMatchObject([
        { counters: { questions: 1, 'model:a': 1 } },
      ]);
      expect(await store().read(coach, [day(0)], 'rollUp')).toEqual([{ day: day(0), counters: { questions: 1 } }]);
    });

    it('refuses both levels when one has a number that is not whole', async () => {
      const addition = store().add(coach, day(0), { detail: { questions: 1 }, rollUp: { questions: Number.NaN } });
      await expect(addition).rejects.toMatchObject({ code: 'RECORD_INVALID' });
      expect(await store().read(coach, [day(0)], 'detail')).toEqual([]);
    });

    it.each([
      ['detail', 7],
      ['rollUp', 35],
    ] as const)('keeps the level %s for %d days after the day, and no longer', async (level, days) => {
      const first = day(0);
      await store().add(coach, first, both({ questions: 1 }));
      await subject.advance((days + 1) * DAY_MS - (subject.now() % DAY_MS) - 1);
      expect(await store().read(coach, [first], level)).toEqual([{ day: first, counters: { questions: 1 } }]);
      await subject.advance(1);
      expect(await store().read(coach, [first], level)).toEqual([]);
    });

    it('keeps counters over a crash', async () => {
      await store().add(coach, day(0), both({ questions: 1 }));
      await subject.reopen();
      await store().add(coach, day(0), both({ questions: 1 }));
      expect(await store().read(coach, [day(0)], 'detail')).toEqual([{ day: day(0), counters: { questions: 2 } }]);
    });

    it('counts right whatever is added by whom', async () => {
      const addition = fc.record({
        creatorId: fc.constantFrom(coach, guild),
        offset: fc.integer({ min: -3, max: 0 }),
        counters: fc.dictionary(
          fc.constantFrom('questions', 'tokens', 'a b', "it's"),
          fc.integer({ min: 0, max: 1_000_000 }),
        ),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(addition, { maxLength: 30 }), async (additions) => {
          const { port } = await createSubject();
          const model = new Map<string, Counters>();
          for (const { creatorId, offset, counters } of additions) {
            await port.add(creatorId, day(offset), both(counters));
            const key = `${creatorId} ${offset}`;
            model.set(key, sum(model.get(key) ?? {}, counters));
          }
          for (const creatorId of [coach, guild])
            for (const offset of [-3, -2, -1, 0]) {
              const [read] = await port.read(creatorId, [day(offset)], 'detail');
              expect(read?.counters ?? {}).toEqual(model.get(`${creatorId} ${offset}`) ?? {});
            }
        }),
        { numRuns: 25 },
      );
    });

    it('is healthy', async () => {
      expect((await store().health(AbortSignal.timeout(5_000))).state).toBe('healthy');
    });
  });
}

function sum(left: Counters, right: Counters): Counters {
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return Object.fromEntries([...names].map((name) => [name, (left[name] ?? 0) + (right[name] ?? 0)]));
}
