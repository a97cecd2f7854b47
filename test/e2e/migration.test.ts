import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { type FileToSend, connectTerminal } from '../../src/adapters/terminal/terminal-client.js';
import { socketPathOf } from '../../src/adapters/terminal/socket-path.js';
import { coach } from '../support/embedded-core.js';
import { runDocent, startDocentProcess } from '../support/docent-process.js';
import { makeDocx } from '../support/make-docx.js';
import { makePdf } from '../support/make-pdf.js';
import { describeWithAll } from '../support/obtained.js';
import { useServerEngines } from '../support/server-engines.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const FILE = 'coach.docent.ndjson.gz';
const QUESTIONS = [
  'How much does the scholarship pay in the second year?',
  'When is the swimming pool closed?',
  'Who opens the library on Saturdays?',
];

/** A running Docent: where it keeps its data, and the engines it runs on. */
interface Place {
  readonly folder: string;
  readonly environment: Record<string, string>;
}

/** Starts a Docent. Its answers are quotes on all engines, so that what differs is what was found. */
async function open(engines: Readonly<Record<string, string>>): Promise<Place> {
  const place = {
    folder: await temporaryFolder(),
    environment: { ...engines, DOCENT_CHAT_MODEL: 'quoting', DOCENT_WEB: 'false' },
  };
  await startDocentProcess(['start'], place.folder, place.environment).printed(/Docent is/);
  return place;
}

const listSchema = z.object({
  data: z.object({
    documents: z.array(
      z.object({ name: z.string(), status: z.string(), active: z.object({ chunkCount: z.number() }) }),
    ),
  }),
});
const answerSchema = z.object({
  kind: z.literal('answer'),
  text: z.string(),
  sources: z.array(z.looseObject({ documentName: z.string() })).min(1),
});

/** Runs a command on the Docent of a place. */
async function run<Shape extends z.ZodType>(
  { folder }: Place,
  shape: Shape,
  words: string[],
  files: FileToSend[] = [],
): Promise<z.infer<Shape>> {
  const connection = await connectTerminal(await socketPathOf(join(folder, 'data')), new AbortController().signal);
  return shape.parse(await connection?.run({ command: { words, creatorId: coach }, files }));
}

/** Runs the command line beside the Docent of a place. */
async function runLine({ folder, environment }: Place, ...args: string[]): Promise<void> {
  const { code, stdout, stderr } = await runDocent(args, folder, environment);
  expect({ code, output: stdout + stderr }).toMatchObject({ code: 0 });
}

/** What is there, and what each question finds: the quoted sentences and where they stand. */
async function knowledgeOf(place: Place) {
  let { data } = await run(place, listSchema, ['documents']);
  while (data.documents.some(({ status }) => status !== 'ready')) {
    await wait(50);
    ({ data } = await run(place, listSchema, ['documents']));
  }
  const found = [];
  for (const question of QUESTIONS) {
    found.push({ question, ...(await run(place, answerSchema, ['ask', question])) });
  }
  const documents = data.documents.map(({ name, active }) => ({ name, passages: active.chunkCount }));
  return { documents: documents.toSorted((a, b) => (a.name < b.name ? -1 : 1)), found };
}

async function move(from: Place, to: Place): Promise<void> {
  await runLine(from, 'export', '--creator', 'coach', '--output', join(to.folder, FILE));
  await runLine(to, 'import', FILE);
}

async function readLibrary(place: Place): Promise<void> {
  const files = {
    'guide.pdf': await makePdf({
      title: 'Scholarship guide',
      pages: [
        ['In the first year the scholarship pays eight hundred euros a month.'],
        ['In the second year the scholarship pays nine hundred and fifty euros a month.'],
      ],
    }),
    'rules.docx': await makeDocx({
      title: 'House rules',
      sections: [{ heading: 'Pool', level: 1, paragraphs: ['The swimming pool is closed every Wednesday morning.'] }],
    }),
    'library.md': '# Library\n\n## Hours\n\nOn Saturdays the caretaker opens the library at nine.\n',
  };
  for (const [name, content] of Object.entries(files)) {
    const path = join(place.folder, name);
    await writeFile(path, content);
    await run(place, z.object({ kind: z.literal('notice') }), ['ingest'], [{ name, path }]);
  }
}

describeWithAll(['redis-server', 'chroma'], 'a creator that moves', (parts) => {
  const engines = useServerEngines(parts);

  it('is found the same on the servers as in the embedded folder, and back in another one', async () => {
    const first = await open({});
    await readLibrary(first);
    const before = await knowledgeOf(first);
    expect(before.found.map(({ sources }) => sources[0]?.documentName)).toEqual([
      'guide.pdf',
      'rules.docx',
      'library.md',
    ]);
    const servers = await open(engines().environment);
    await move(first, servers);
    expect(await knowledgeOf(servers)).toEqual(before);
    const last = await open({});
    await move(servers, last);
    expect(await knowledgeOf(last)).toEqual(before);
  });
});
