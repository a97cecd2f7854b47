import { z } from 'zod';
import { workFailureSchema } from '../../../core/durable-work/work-item.js';
import { anyJson, storedJson } from '../../../core/stored-json.js';

const storedWorkSchema = z.object({
  id: z.string(),
  /** null once the work is over. */
  payload: anyJson,
  /** Set once the work failed for good. */
  failure: workFailureSchema
    .extend({
      /** How often it was tried. */
      attempts: z.number().int(),
      /** How many tries and reports had ended when it failed. */
      since: z.number().int(),
    })
    .optional(),
});
/** Work as it is kept as a job's data. */
export type StoredWork = z.infer<typeof storedWorkSchema>;

/** A job's data. */
export const storedWork = storedJson(storedWorkSchema);

const noteSchema = z.object({ attempts: z.number().int(), progress: anyJson });

/** What is told of cancelled work, whose job may be gone. */
export type Note = z.infer<typeof noteSchema>;
/** A note. */
export const storedNote = storedJson(noteSchema);

const count = z.coerce.number().int().catch(0);

/** The fields of a job's hash that Docent reads. */
export const JOB_FIELDS = ['data', 'progress', 'atm', 'stc', 'finishedOn', 'failedReason'] as const;

/** Their values, as HMGET returns them. */
export const jobFields = z
  .tuple([
    storedWork,
    storedJson(anyJson).nullable().catch(null),
    count,
    count,
    z.string().nullable(),
    z.string().nullable(),
  ])
  .transform(([work, progress, ended, stalled, finishedOn, failedReason]) => ({
    work,
    progress,
    /** Tries that ended, and those that ended their process. */
    endedTries: ended + stalled,
    isOver: finishedOn !== null,
    hasFailed: failedReason !== null,
  }));
/** What a job's hash says. */
export type JobFields = z.infer<typeof jobFields>;
