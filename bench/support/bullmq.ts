import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Durable jobs of groups. */
export interface Jobs {
  /** Resolves when it is durable. */
  add(group: string, id: string): Promise<void>;
  work(): Promise<void>;
  /** Leaves what still runs. */
  stop(): Promise<void>;
}

/** What they are opened with. */
export interface JobsOptions {
  readonly redisUrl: string;
  /** What the names of the queues begin with. */
  readonly name: string;
  readonly perGroup: boolean;
  readonly groups: readonly string[];
  /** How many run at once. */
  readonly concurrency: number;
  /** How many of one group run at once, where each has a queue. */
  readonly concurrencyPerGroup: number;
  handle(job: { readonly group: string; readonly id: string }): Promise<void>;
}

export type OpenJobs = (options: JobsOptions) => Jobs;

/** The folder of the program itself: it is not compiled, because its packages are only there when somebody compares. */
const FOLDER = join(process.cwd(), 'bench');

/** BullMQ; undefined, and a note that says how to get it, where it is not installed. */
export async function loadBullMq(note: (text: string) => void): Promise<OpenJobs | undefined> {
  if (!existsSync(join(FOLDER, 'node_modules', 'bullmq'))) {
    note('without BullMQ, which `npm ci --prefix bench` installs for the comparison');
    return undefined;
  }
  const program = (await import(pathToFileURL(join(FOLDER, 'bullmq', 'jobs.mjs')).href)) as { openJobs: OpenJobs };
  return program.openJobs;
}
