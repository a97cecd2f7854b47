import { DocentError } from '../errors.js';
import type { CreatorId } from '../ids.js';
import type { Clock } from '../ports/clock.js';
import type { Coordinator } from '../ports/coordinator.js';
import type { Schedule } from '../ports/schedule.js';
import type { Deliveries, Delivery } from './deliveries.js';
import {
  type ReportSetting,
  type ReportSettings,
  type ReportSettingsStore,
  NOTHING_CHOSEN,
  lineOf,
  settingOf,
  withSetting,
} from './report-settings.js';
import type { ReportDefinition } from './report.js';

/** How a creator's report stands. */
export interface ReportStanding {
  readonly name: string;
  readonly description: string;
  /** Cron fields. */
  readonly schedule: string;
  /** What is wrong with the schedule, where it cannot be read any more. */
  readonly scheduleInWords: string;
  readonly timezone: string;
  /** The next three slots, in milliseconds since 1970; none while it is paused, or where the schedule cannot be read. */
  readonly nextAt: readonly number[];
  readonly paused: ReportSetting['paused'];
  readonly last: Delivery | undefined;
}

/** What a creator's people can see and choose of its reports. */
export interface ReportBook {
  /** @throws DocentError `COMMAND_INPUT` when there is no such report. */
  find(name: string): ReportDefinition;
  list(creatorId: CreatorId): Promise<ReportStanding[]>;
  /** Five cron fields, in the creator's time zone; also ends a pause. @throws DocentError `COMMAND_INPUT`. */
  setSchedule(creatorId: CreatorId, name: string, cron: string): Promise<ReportStanding>;
  /** @throws DocentError `COMMAND_INPUT` when there is no such report. */
  pause(creatorId: CreatorId, name: string): Promise<ReportStanding>;
  /** @throws DocentError `COMMAND_INPUT` when there is no such report. */
  resume(creatorId: CreatorId, name: string): Promise<ReportStanding>;
  /** @throws DocentError `COMMAND_INPUT` for an unknown time zone. */
  checkTimezone(timezone: string): void;
  /**
   * Says that the channel is another one, once it is set, with its time zone (default: as it was): what was paused because the channel was
   * gone goes on. @throws DocentError `COMMAND_INPUT` for an unknown time zone.
   */
  channelChanged(creatorId: CreatorId, timezone?: string): Promise<ReportSettings>;
  /** Whether reports are paused because their channel is gone. */
  isChannelGone(creatorId: CreatorId): Promise<boolean>;
  /** Everything that was chosen; undefined where nothing was. */
  chosen(creatorId: CreatorId): Promise<ReportSettings | undefined>;
  /**
   * Takes over what was chosen elsewhere, from now on; reports that there are not here are left out.
   * @throws DocentError `COMMAND_INPUT` for times that the book would not take from a person.
   */
  restore(creatorId: CreatorId, chosen: ReportSettings): Promise<void>;
}

/** What is told to other processes when a creator's choice changed. */
export const REPORT_SETTINGS_CHANGE = 'report-settings';

/** Reports that come more often than this drown a channel, in milliseconds. */
const LEAST_INTERVAL_MS = 15 * 60_000;
/** Slots whose distances are looked at: over a day of any schedule that keeps the least interval within its hours. */
const COMPARED_SLOTS = 60;
const SHOWN_SLOTS = 3;

/** The book over the creators' settings. */
export function createReportBook(options: {
  readonly reports: readonly ReportDefinition[];
  readonly settings: ReportSettingsStore;
  readonly deliveries: Deliveries;
  readonly schedule: Schedule;
  readonly coordinator: Pick<Coordinator, 'publish'>;
  readonly clock: Clock;
}): ReportBook {
  const { reports, settings, deliveries, schedule, coordinator, clock } = options;

  function find(name: string): ReportDefinition {
    const report = reports.find((candidate) => candidate.name === name);
    if (report !== undefined) return report;
    throw wrong(`There is no report "${name}". There are: ${reports.map((each) => each.name).join(', ')}.`);
  }

  async function standingOf(creatorId: CreatorId, report: ReportDefinition, chosen: ReportSettings) {
    const { cron, timezone } = lineOf(chosen, report);
    const { paused } = settingOf(chosen, report.name);
    return {
      name: report.name,
      description: report.description,
      schedule: cron,
      timezone,
      ...timesOf(cron, timezone, paused === null ? SHOWN_SLOTS : 0),
      paused,
      last: await deliveries.last(creatorId, report.name),
    };
  }

  /** One stored expression that is not read any more must not hide the others. */
  function timesOf(cron: string, timezone: string, count: number) {
    try {
      return { scheduleInWords: schedule.inWords(cron), nextAt: schedule.next(cron, timezone, count) };
    } catch (error) {
      if (!(error instanceof DocentError && error.code === 'SETTINGS_INVALID')) throw error;
      return { scheduleInWords: error.userMessage, nextAt: [] };
    }
  }

  async function change(creatorId: CreatorId, update: (current: ReportSettings) => ReportSettings) {
    const changed = await settings.update(creatorId, update);
    await coordinator.publish({ kind: REPORT_SETTINGS_CHANGE, group: creatorId, data: null });
    return changed;
  }

  async function changeOne(creatorId: CreatorId, name: string, choice: Partial<ReportSetting>) {
    const report = find(name);
    const changed = await change(creatorId, (current) =>
      withSetting(current, name, { ...choice, changedAt: clock.now() }),
    );
    return standingOf(creatorId, report, changed);
  }

  function checkSchedule(cron: string, timezone: string): void {
    if (cron.trim().split(/\s+/).length !== 5)
      throw wrong(
        `"${cron}" is no schedule: write five fields (minute, hour, day of the month, month, day of the week), such as "0 9 * * 1" for Mondays at 9:00.`,
      );
    asInput(() => [schedule.inWords(cron), schedule.next(cron, timezone, 1)]);
    // In UTC, where no change of the clocks moves two times together.
    const slots = asInput(() => schedule.next(cron, 'UTC', COMPARED_SLOTS));
    if (slots.some((slotAt, index) => slotAt - (slots[index - 1] ?? Number.NEGATIVE_INFINITY) < LEAST_INTERVAL_MS))
      throw wrong(`"${cron}" comes more often than every 15 minutes. Choose fewer times, such as "0 * * * *".`);
  }

  function checkTimezone(timezone: string): void {
    asInput(() => schedule.next('0 0 * * *', timezone, 1));
  }

  const isDefined = (name: string): boolean => reports.some((report) => report.name === name);

  return {
    find,
    async list(creatorId) {
      const chosen = await settings.read(creatorId);
      return Promise.all(reports.map((report) => standingOf(creatorId, report, chosen)));
    },
    async setSchedule(creatorId, name, cron) {
      find(name);
      checkSchedule(cron, (await settings.read(creatorId)).timezone);
      return changeOne(creatorId, name, { schedule: cron.trim(), paused: null });
    },
    pause: (creatorId, name) => changeOne(creatorId, name, { paused: { reason: 'asked', at: clock.now() } }),
    resume: (creatorId, name) => changeOne(creatorId, name, { paused: null }),
    checkTimezone,
    async channelChanged(creatorId, timezone) {
      if (timezone !== undefined) checkTimezone(timezone);
      return change(creatorId, (current) => {
        const moved = { ...current, timezone: timezone ?? current.timezone };
        return reports.reduce((changed, { name }) => {
          const isChannelGone = settingOf(changed, name).paused?.reason === 'channel';
          return withSetting(changed, name, { changedAt: clock.now(), ...(isChannelGone ? { paused: null } : {}) });
        }, moved);
      });
    },
    async isChannelGone(creatorId) {
      const chosen = await settings.read(creatorId);
      return reports.some(({ name }) => settingOf(chosen, name).paused?.reason === 'channel');
    },
    async chosen(creatorId) {
      const current = await settings.read(creatorId);
      return current === NOTHING_CHOSEN ? undefined : current;
    },
    async restore(creatorId, { timezone, reports: brought }) {
      checkTimezone(timezone);
      const known = Object.entries(brought).filter(([name]) => isDefined(name));
      for (const [, choice] of known) if (choice.schedule !== null) checkSchedule(choice.schedule, timezone);
      const restored = known.map(([name, choice]) => [name, { ...choice, changedAt: clock.now() }] as const);
      await change(creatorId, () => ({ timezone, reports: Object.fromEntries(restored) }));
    },
  };
}

/** What the schedule refuses was written by the person who asks. */
function asInput<Result>(call: () => Result): Result {
  try {
    return call();
  } catch (error) {
    if (error instanceof DocentError && error.code === 'SETTINGS_INVALID') throw wrong(error.userMessage);
    throw error;
  }
}

function wrong(userMessage: string): DocentError {
  return new DocentError('COMMAND_INPUT', { userMessage });
}
