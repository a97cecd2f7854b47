import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Schedule } from '../../src/core/ports/schedule.js';

export interface ScheduleSubject {
  readonly schedule: Schedule;
  /** Moves the schedule's time on and lets what falls due begin. */
  advance(ms: number): Promise<void>;
  dispose(): Promise<void>;
}

/** The time at which a subject begins: Monday, 2 March 2026, 08:59:30 UTC. */
export const SCHEDULE_START_MS = Date.UTC(2026, 2, 2, 8, 59, 30);

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const iso = (ms: number) => new Date(ms).toISOString();

/** What every schedule promises. */
export function describeScheduleContract(name: string, createSubject: (startMs: number) => ScheduleSubject): void {
  describe(`Schedule contract: ${name}`, () => {
    let subject: ScheduleSubject;
    beforeEach(() => {
      subject = createSubject(SCHEDULE_START_MS);
    });
    afterEach(() => subject.dispose());

    /** Starts a task that notes its slots and lasts until it is released. */
    function startTask(cron: string, timezone = 'UTC') {
      const slots: string[] = [];
      let release = () => {};
      let signal: AbortSignal | undefined;
      const end = subject.schedule.start({
        name: 'report',
        cron,
        timezone,
        async run(slotAtMs, taskSignal) {
          slots.push(iso(slotAtMs));
          signal = taskSignal;
          await new Promise<void>((resolve) => {
            release = resolve;
          });
        },
      });
      return { slots, end, release: () => release(), signal: () => signal };
    }

    it('says times in words, and refuses what are none', () => {
      expect(subject.schedule.inWords('30 9 * * 1')).toMatch(/09:30.*Monday/);
      expect(() => subject.schedule.inWords('at nine')).toThrow(/SETTINGS_INVALID/);
    });

    it.each([
      ['0 9 * * Monday', /09:00.*Monday/],
      ['0 9 * JANUARY tuesday,Friday', /Tuesday.*Friday.*January/],
      ['@weekly', /Sunday/],
    ])('says "%s" in words', (cron, words) => {
      expect(subject.schedule.inWords(cron)).toMatch(words);
    });

    it.each(['0 9 * * sunsaturday'])('refuses "%s", which it can read and not say', (cron) => {
      expect(subject.schedule.next(cron, 'UTC', 1)).toHaveLength(1);
      expect(() => subject.schedule.inWords(cron)).toThrow(
        expect.objectContaining({ code: 'SETTINGS_INVALID', userMessage: expect.stringContaining(`"${cron}"`) }),
      );
    });

    it('calls a task once a slot, with the time of the slot', async () => {
      const { slots, release, end } = startTask('*/2 9 * * 1');
      await subject.advance(29 * SECOND_MS);
      expect(slots).toEqual([]);
      await subject.advance(SECOND_MS + 5);
      expect(slots).toEqual(['2026-03-02T09:00:00.000Z']);
      release();
      await subject.advance(2 * MINUTE_MS);
      expect(slots).toEqual(['2026-03-02T09:00:00.000Z', '2026-03-02T09:02:00.000Z']);
      release();
      await end();
    });

    it('leaves a slot out while the task still runs, and goes on with the next', async () => {
      const { slots, release, end } = startTask('* * * * *');
      await subject.advance(MINUTE_MS);
      await subject.advance(2 * MINUTE_MS);
      expect(slots).toEqual(['2026-03-02T09:00:00.000Z']);
      release();
      await subject.advance(MINUTE_MS);
      expect(slots).toEqual(['2026-03-02T09:00:00.000Z', '2026-03-02T09:03:00.000Z']);
      release();
      await end();
    });

    it('reads six fields with seconds first', async () => {
      const { slots, release, end } = startTask('45 59 8 * * *');
      await subject.advance(16 * SECOND_MS);
      expect(slots).toEqual(['2026-03-02T08:59:45.000Z']);
      release();
      await end();
    });

    it('keeps a task going after a call of it failed', async () => {
      let calls = 0;
      const end = subject.schedule.start({
        name: 'failing',
        cron: '* * * * *',
        timezone: 'UTC',
        async run() {
          calls += 1;
          throw new Error('no luck');
        },
      });
      await subject.advance(MINUTE_MS);
      await subject.advance(MINUTE_MS);
      expect(calls).toBe(2);
      await end();
    });

    it('calls an ended task no more', async () => {
      const { slots, end } = startTask('* * * * *');
      await end();
      await subject.advance(5 * MINUTE_MS);
      expect(slots).toEqual([]);
    });

    it('tells a running call to stop when its task is ended, and waits for it', async () => {
      const { end, release, signal } = startTask('* * * * *');
      await subject.advance(MINUTE_MS);
      let ended = false;
      const ending = end().then(() => {
        ended = true;
      });
      expect(signal()?.aborted).toBe(true);
      await subject.advance(MINUTE_MS);
      expect(ended).toBe(false);
      release();
      await ending;
    });

    it('names the next slots, the present moment not included', () => {
      expect(subject.schedule.next('0 9 * * 1', 'UTC', 2).map(iso)).toEqual([
        '2026-03-02T09:00:00.000Z',
        '2026-03-09T09:00:00.000Z',
      ]);
      expect(subject.schedule.next('30 59 8 * * *', 'UTC', 1).map(iso)).toEqual(['2026-03-03T08:59:30.000Z']);
    });

    it('keeps the wall time of a time zone through a change of summer time', () => {
      expect(subject.schedule.next('0 9 * * 1', 'Europe/Berlin', 5).map(iso)).toEqual([
        '2026-03-09T08:00:00.000Z',
        '2026-03-16T08:00:00.000Z',
        '2026-03-23T08:00:00.000Z',
        '2026-03-30T07:00:00.000Z',
        '2026-04-06T07:00:00.000Z',
      ]);
    });

    it.each([
      [
        '30 2 * * *',
        'Europe/Berlin',
        ['2026-03-28T01:30:00.000Z', '2026-03-29T01:00:00.000Z', '2026-03-30T00:30:00.000Z'],
      ],
      [
        '0 2,3 * * 0',
        'Europe/Berlin',
        ['2026-03-22T01:00:00.000Z', '2026-03-22T02:00:00.000Z', '2026-03-29T01:00:00.000Z'],
      ],
      [
        '0 0 * * 0',
        'America/Santiago',
        ['2026-08-30T04:00:00.000Z', '2026-09-06T04:00:00.000Z', '2026-09-13T03:00:00.000Z'],
      ],
      [
        '10 2 * * *',
        'Australia/Lord_Howe',
        ['2026-10-02T15:40:00.000Z', '2026-10-03T15:30:00.000Z', '2026-10-04T15:10:00.000Z'],
      ],
    ])(
      'moves "%s" in %s to the end of the gap when the clocks go forward over it',
      async (cron, timezone, expected) => {
        const slots = subject.schedule.next(cron, timezone, 250).map(iso);
        expect(slots.slice(slots.indexOf(expected[0]!), slots.indexOf(expected[0]!) + 3)).toEqual(expected);
      },
    );

    it('calls a task at the end of the gap, once', async () => {
      const { slots, release, end } = startTask('30 2,3 29 3 *', 'Europe/Berlin');
      await subject.advance(Date.UTC(2026, 2, 29, 0, 59) - SCHEDULE_START_MS);
      expect(slots).toEqual([]);
      await subject.advance(20 * MINUTE_MS);
      expect(slots).toEqual(['2026-03-29T01:00:00.000Z']);
      release();
      await subject.advance(20 * MINUTE_MS);
      expect(slots).toEqual(['2026-03-29T01:00:00.000Z', '2026-03-29T01:30:00.000Z']);
      release();
      await end();
    });

    it('calls a task once where the end of the gap is a slot of its own', async () => {
      const { slots, release, end } = startTask('0 2,3 29 3 *', 'Europe/Berlin');
      await subject.advance(Date.UTC(2026, 2, 29, 0, 59) - SCHEDULE_START_MS);
      for (let minute = 0; minute < 20; minute++) {
        await subject.advance(MINUTE_MS);
        release();
      }
      expect(slots).toEqual(['2026-03-29T01:00:00.000Z']);
      await end();
    });

    it('knows leap days and the names of months and days', () => {
      expect(subject.schedule.next('0 0 29 feb *', 'UTC', 1).map(iso)).toEqual(['2028-02-29T00:00:00.000Z']);
      expect(subject.schedule.next('0 0 * * sun', 'UTC', 1).map(iso)).toEqual(['2026-03-08T00:00:00.000Z']);
    });

    it.each([
      '',
      'often',
      '* * * *',
      '* * * * * * *',
      '61 * * * *',
      '0 25 * * *',
      '0 0 31 2 *',
      '0 0 * * 9',
      '*/0 * * * *',
    ])('refuses the expression "%s" and shows it', (cron) => {
      const expected = expect.objectContaining({
        code: 'SETTINGS_INVALID',
        userMessage: expect.stringContaining(`"${cron}"`),
      });
      expect(() => subject.schedule.next(cron, 'UTC', 1)).toThrow(expected);
      expect(() => subject.schedule.start({ name: 'x', cron, timezone: 'UTC', run: async () => {} })).toThrow(expected);
    });

    it('refuses an unknown time zone and shows it', () => {
      const expected = expect.objectContaining({
        code: 'SETTINGS_INVALID',
        userMessage: expect.stringContaining('Europe/Nowhere'),
      });
      expect(() => subject.schedule.next('0 9 * * 1', 'Europe/Nowhere', 1)).toThrow(expected);
    });
  });
}
