import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { drawCurves } from '../support/curves.js';
import { madePdf } from '../support/document-files.js';
import { CREATOR, openDocent } from '../support/docent.js';
import { childrenOf, residentMegabytes } from '../support/processes.js';
import type { SectionContext } from '../support/section.js';

const SAMPLE_MS = 200;

interface Sample {
  readonly seconds: number;
  readonly pages: number;
  readonly chunks: number;
  readonly megabytes: number;
  readonly readerMegabytes: number;
}

/** A PDF as long as is taken, until it can be asked about by its words, on the embedded profile. */
export async function run({ folder, isSmall, record, picture }: SectionContext): Promise<void> {
  const pages = isSmall ? 20 : 2_000;
  const path = join(folder, 'long.pdf');
  await writeFile(path, await madePdf(pages));
  const docent = await openDocent({ folder: join(folder, 'data'), environment: {} });
  const samples: Sample[] = [];
  const reached = { pages: 0, chunks: 0 };
  const startedAtMs = performance.now();
  const sample = (): void =>
    void samples.push({
      seconds: (performance.now() - startedAtMs) / 1_000,
      ...reached,
      megabytes: residentMegabytes(process.pid),
      readerMegabytes: Math.max(0, ...childrenOf(process.pid).map(residentMegabytes)),
    });
  const sampling = setInterval(sample, SAMPLE_MS);
  const { message } = await docent.ingest([path], {
    onStatus({ text, progress }) {
      if (progress !== undefined && text.includes('pages')) reached.pages = progress.done;
    },
  });
  clearInterval(sampling);
  sample();
  const [document] = await docent.services.documents.list(CREATOR, { limit: 1 });
  if (document?.active?.pageCount !== pages) throw new Error(`the PDF was not read whole: ${message.text}`);
  const seconds = samples.at(-1)?.seconds ?? Number.NaN;
  record(
    { what: `${pages} pages until answerable`, unit: 's', values: [seconds] },
    { what: 'pages', unit: 'pages/s', values: [pages / seconds] },
    { what: 'memory at the most', unit: 'MB', values: [Math.max(...samples.map(({ megabytes }) => megabytes))] },
    {
      what: 'memory of its reader at the most',
      unit: 'MB',
      values: [Math.max(...samples.map(({ readerMegabytes }) => readerMegabytes))],
    },
  );
  const curveOf = (name: string, pick: (sample: Sample) => number) => ({
    name,
    points: samples.map((one) => ({ x: one.seconds, y: pick(one) })),
  });
  await picture(
    'bench-long-pdf.png',
    await drawCurves({
      title: `A PDF of ${pages} pages`,
      across: 'seconds',
      up: 'MB, pages',
      curves: [
        curveOf('memory, MB', ({ megabytes }) => megabytes),
        curveOf("reader's memory, MB", ({ readerMegabytes }) => readerMegabytes),
        curveOf('pages read', (one) => one.pages),
      ],
    }),
  );
  await docent.stop();
}
