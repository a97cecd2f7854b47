import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { creatorIdSchema } from '../../src/core/ids.js';
import { openDocent } from '../support/docent.js';
import { guideOf, lessonQuestion } from '../support/guide.js';
import { residentMegabytes } from '../support/processes.js';
import type { SectionContext } from '../support/section.js';
import { startServers } from '../support/servers.js';

const SLOTS = 4;
const WORD_MS = 200;
/** Five words: a second a piece. */
const ANSWER = 'Rest well after it [1].';
const ANSWER_MS = 1_000;
const LESSONS = 20;
const LAG_RESOLUTION_MS = 1;
const NANOSECONDS_A_MILLISECOND = 1e6;
const SAMPLE_MS = 100;

/**
 * Questions in 200 threads at the same moment, five of eight of one creator and the rest of three others, whose
 * questions come last. The model answers four at once and takes a second for each.
 */
export async function run({ folder, isSmall, record }: SectionContext): Promise<void> {
  const threads = isSmall ? 16 : 200;
  const creators = ['big', 'small-1', 'small-2', 'small-3'].map((name) => creatorIdSchema.parse(name));
  const [big = creatorIdSchema.parse('big'), ...others] = creators;
  const servers = await startServers({ wordMs: WORD_MS, parallel: SLOTS, say: ANSWER });
  const environment = { ...servers.environment };
  const docent = await openDocent({ folder: join(folder, 'data'), environment, creators });
  const guide = join(folder, 'guide.md');
  await writeFile(guide, guideOf(LESSONS));
  for (const creatorId of creators) {
    await docent.ingest([guide], { creatorId });
    await docent.learned(creatorId);
    await docent.ask(lessonQuestion(0), creatorId);
  }

  const eachOther = Math.floor(threads / 8);
  const askers = [
    ...Array.from({ length: threads - eachOther * others.length }, () => big),
    ...others.flatMap((creatorId) => Array.from({ length: eachOther }, () => creatorId)),
  ];
  let peakMegabytes = 0;
  const sampling = setInterval(
    () => (peakMegabytes = Math.max(peakMegabytes, residentMegabytes(process.pid))),
    SAMPLE_MS,
  );
  const lag = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS });
  lag.enable();
  const startedAtMs = performance.now();
  const answers = await Promise.all(
    askers.map(async (creatorId, index) => {
      const { message, finishedAtMs } = await docent.ask(lessonQuestion(index % LESSONS), creatorId);
      return { creatorId, kind: message.kind, afterMs: finishedAtMs - startedAtMs };
    }),
  );
  lag.disable();
  clearInterval(sampling);
  const unanswered = answers.filter(({ kind }) => kind !== 'answer').length;
  if (unanswered > 0) throw new Error(`${unanswered} of ${threads} questions were not answered`);

  const lastOf = (isMeant: (creatorId: string) => boolean): number =>
    Math.max(...answers.filter(({ creatorId }) => isMeant(creatorId)).map(({ afterMs }) => afterMs));
  const idealMs = (threads * ANSWER_MS) / SLOTS;
  // Four creators in turn: the small ones are through once each has had as many turns as it has questions.
  const fairMs = (creators.length * eachOther * ANSWER_MS) / SLOTS;
  const waits = (isMeant: (creatorId: string) => boolean) =>
    answers.filter(({ creatorId }) => isMeant(creatorId)).map(({ afterMs }) => afterMs / 1_000);
  const seconds = 's';
  record(
    { what: 'all answered', unit: seconds, values: [lastOf(() => true) / 1_000], over: 'the same, by the model alone' },
    { what: 'the same, by the model alone', unit: seconds, values: [idealMs / 1_000] },
    { what: "share of the model's slots used", unit: '%', values: [(idealMs / lastOf(() => true)) * 100] },
    {
      what: 'small creators through',
      unit: seconds,
      values: [lastOf((id) => id !== big) / 1_000],
      over: 'the same, by fair turns',
    },
    { what: 'the same, by fair turns', unit: seconds, values: [fairMs / 1_000] },
    { what: 'wait, big creator', unit: seconds, values: waits((id) => id === big) },
    { what: 'wait, small creators', unit: seconds, values: waits((id) => id !== big) },
    {
      what: 'event-loop lag, p99',
      unit: 'ms',
      values: [lag.percentile(99) / NANOSECONDS_A_MILLISECOND - LAG_RESOLUTION_MS],
    },
    { what: 'event-loop lag, longest', unit: 'ms', values: [lag.max / NANOSECONDS_A_MILLISECOND - LAG_RESOLUTION_MS] },
    { what: 'memory at the most', unit: 'MB', values: [peakMegabytes] },
  );
  await docent.stop();
  await servers.stop();
}
