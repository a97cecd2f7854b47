import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';
import type { Figure } from './figures.js';

/** What a section's process is told, as its one argument in JSON. */
export const orderSchema = z.object({
  section: z.string(),
  documents: z.string().optional(),
  isSmall: z.boolean(),
  picturesFolder: z.string(),
});
export type Order = z.infer<typeof orderSchema>;

const reportSchema = z.union([
  z.object({
    figure: z.object({
      what: z.string(),
      unit: z.string(),
      values: z.array(z.number()),
      over: z.string().exactOptional(),
    }),
  }),
  z.object({ note: z.string() }),
]);
/** What a section's process says, a message at a time. */
export type Report = z.infer<typeof reportSchema>;

/** What came of a section. */
export interface SectionResult {
  readonly figures: readonly Figure[];
  readonly notes: readonly string[];
  /** How its process ended where it did not come to its end; what was measured before still counts. */
  readonly failure: string | undefined;
}

/** Runs a section in a process that is started as `npm start` starts Docent, so that memory and load are its own. */
export async function runSection(order: Order): Promise<SectionResult> {
  const child = fork(join(import.meta.dirname, '../run-section.js'), [JSON.stringify(order)], {
    execArgv: [...process.execArgv, '--max-semi-space-size=4'],
  });
  const figures: Figure[] = [];
  const notes: string[] = [];
  child.on('message', (message) => {
    const report = reportSchema.parse(message);
    if ('figure' in report) figures.push(report.figure);
    else notes.push(report.note);
  });
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return {
    figures,
    notes,
    failure: code === 0 ? undefined : `it ended before its end, with ${signal ?? `code ${code}`}`,
  };
}
