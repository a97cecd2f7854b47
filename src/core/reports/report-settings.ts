import { z } from 'zod';
import { DocentError } from '../errors.js';
import type { CreatorId } from '../ids.js';
import type { Collection, RecordStore } from '../ports/record-store.js';
import type { ReportDefinition } from './report.js';

const reportSettingSchema = z.object({
  /** null: the report's own. */
  schedule: z.string().nullable(),
  /** Why it is not posted: somebody asked for that, or the channel is gone. */
  paused: z.object({ reason: z.enum(['asked', 'channel']), at: z.number().int() }).nullable(),
  /** Slots before that are not caught up with. Milliseconds since 1970. */
  changedAt: z.number().int(),
});
/** What a creator chose for one report. */
export type ReportSetting = z.infer<typeof reportSettingSchema>;

/** What a creator chose for its reports, as it is stored. */
export const reportSettingsSchema = z.object({
  timezone: z.string(),
  reports: z.record(z.string(), reportSettingSchema),
});
/** What a creator chose for its reports, by report; one that is not there is as it was defined. */
export type ReportSettings = z.infer<typeof reportSettingsSchema>;

const settingsCollection = { name: 'report-settings', schema: reportSettingsSchema } satisfies Collection<
  typeof reportSettingsSchema
>;
const SETTINGS_ID = 'settings';
/** The settings of a creator that chose nothing. */
export const NOTHING_CHOSEN: ReportSettings = { timezone: 'UTC', reports: {} };
const AS_DEFINED: ReportSetting = { schedule: null, paused: null, changedAt: 0 };
const MAX_WRITE_TRIES = 8;

/** The settings of every creator's reports. */
export interface ReportSettingsStore {
  /** `NOTHING_CHOSEN` itself where nothing was. */
  read(creatorId: CreatorId): Promise<ReportSettings>;
  /** Changes them, over what others change at the same time, and returns the new ones. */
  update(creatorId: CreatorId, change: (settings: ReportSettings) => ReportSettings): Promise<ReportSettings>;
}

/** Keeps one record a creator. */
export function createReportSettings(recordStore: RecordStore): ReportSettingsStore {
  const stored = (creatorId: CreatorId) => recordStore.get(settingsCollection, { creatorId }, SETTINGS_ID);
  return {
    read: async (creatorId) => (await stored(creatorId))?.value ?? NOTHING_CHOSEN,
    async update(creatorId, change) {
      for (let tries = 1; ; tries++) {
        const current = await stored(creatorId);
        const value = change(current?.value ?? NOTHING_CHOSEN);
        try {
          const condition = { ifRevision: current?.revision ?? ('absent' as const) };
          await recordStore.put(settingsCollection, { creatorId }, { id: SETTINGS_ID, value }, condition);
          return value;
        } catch (error) {
          if (error instanceof DocentError && error.code === 'RECORD_CONFLICT' && tries < MAX_WRITE_TRIES) continue;
          throw error;
        }
      }
    },
  };
}

/** What is chosen for a report. */
export function settingOf({ reports }: ReportSettings, report: string): ReportSetting {
  return reports[report] ?? AS_DEFINED;
}

/** The settings with another choice for a report. */
export function withSetting(settings: ReportSettings, report: string, changes: Partial<ReportSetting>): ReportSettings {
  const reports = { ...settings.reports, [report]: { ...settingOf(settings, report), ...changes } };
  return { ...settings, reports };
}

/** When a report is due. */
export interface TimetableLine {
  readonly report: string;
  readonly cron: string;
  readonly timezone: string;
}

/** When a creator's report is due. */
export function lineOf(settings: ReportSettings, { name, defaultSchedule }: ReportDefinition): TimetableLine {
  return { report: name, cron: settingOf(settings, name).schedule ?? defaultSchedule, timezone: settings.timezone };
}
