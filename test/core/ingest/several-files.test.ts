import { expect, it } from 'vitest';
import { DocentError } from '../../../src/core/errors.js';
import type { DocumentReader, ReadDocument } from '../../../src/core/ingest/document-reader.js';
import { type EmbeddedCore, coach, makeEvent, openEmbeddedCore } from '../../support/embedded-core.js';
import { settle } from '../../support/fake-clock.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

/** A reader whose files are read when the test says so. */
function createHeldReader() {
  const reading = new Map<string, { end(): void; fail(error: Error): void }>();
  const begun: string[] = [];
  const reader: DocumentReader = {
    parse: (_bytes, { name, signal }) =>
      new Promise<ReadDocument>((resolve, reject) => {
        begun.push(name);
        const blocks = [{ kind: 'paragraph' as const, text: `The words of ${name}.` }];
        const document = {
          title: null,
          sections: [{ headingPath: [], page: null, blocks }],
          pageCount: null,
          skipped: [],
          format: 'Text',
        };
        reading.set(name, { end: () => resolve(document), fail: reject });
        signal.addEventListener('abort', () => reject(signal.reason as Error));
      }),
  };
  return { reader, begun, reading };
}

async function postAll(core: EmbeddedCore, names: readonly string[]): Promise<void> {
  const { signal } = new AbortController();
  const files = [];
  for (const name of names) {
    const bytes = (async function* () {
      yield new TextEncoder().encode(name);
    })();
    files.push({ name, blob: await core.engines.blobStore.put(coach, bytes, { maxBytes: 1_000, signal }) });
  }
  const event = makeEvent({ id: 'many' });
  await core.ingestion.submit({ creatorId: coach, uploadedBy: 'member' as never, event, files, replace: true });
}

const names = ['a.txt', 'b.txt', 'c.txt', 'd.txt'];

it('files of one event are read two at a time and told in their order', async () => {
  const { reader, begun, reading } = createHeldReader();
  const core = await openEmbeddedCore(await temporaryFolder(), { reader });
  await postAll(core, names);
  await core.settleWork(async () => begun.length === 2);
  await settle();
  expect(begun.toSorted()).toEqual(['a.txt', 'b.txt']);
  reading.get('b.txt')?.end();
  await core.settleWork(async () => (await core.registry.findByName(coach, 'b.txt'))?.active?.chunkCount === 1);
  expect(begun).toHaveLength(2);
  reading.get('a.txt')?.end();
  await core.settleWork(async () => begun.length === 4);
  reading.get('c.txt')?.fail(new DocentError('DOCUMENT_EMPTY', { userMessage: 'It is empty.' }));
  reading.get('d.txt')?.end();
  await core.settleWork();
  expect(core.replies.get('many')?.finished).toMatchObject([
    { data: { results: names.map((name) => ({ name, outcome: name === 'c.txt' ? 'failed' : 'added' })) } },
  ]);
});

it('a file that must be tried again stops the one beside it, and neither is read twice once it is done', async () => {
  const { reader, begun, reading } = createHeldReader();
  const core = await openEmbeddedCore(await temporaryFolder(), { reader });
  await postAll(core, ['a.txt', 'b.txt', 'c.txt']);
  await core.settleWork(async () => begun.length === 2);
  reading.get('a.txt')?.end();
  await core.settleWork(async () => begun.length === 3);
  reading.get('b.txt')?.fail(new DocentError('QUEUE_FULL', { userMessage: 'Too many.', retryable: true }));
  await core.settleWork(async () => begun.length === 5);
  expect(begun.toSorted()).toEqual(['a.txt', 'b.txt', 'b.txt', 'c.txt', 'c.txt']);
  for (const name of ['b.txt', 'c.txt']) reading.get(name)?.end();
  await core.settleWork();
  expect(core.replies.get('many')?.finished).toMatchObject([
    { data: { results: ['a.txt', 'b.txt', 'c.txt'].map((name) => ({ name, outcome: 'added' })) } },
  ]);
});

it('a file that was read is told so, also where the one before it fails for good', async () => {
  const { reader, reading } = createHeldReader();
  const core = await openEmbeddedCore(await temporaryFolder(), { reader });
  await postAll(core, ['a.txt', 'b.txt']);
  await core.settleWork(async () => {
    if ((await core.registry.findByName(coach, 'b.txt'))?.active?.chunkCount === 1)
      reading.get('a.txt')?.fail(new DocentError('QUEUE_FULL', { userMessage: 'Too many.', retryable: true }));
    reading.get('b.txt')?.end();
    return core.replies.get('many')?.finished.length === 1;
  });
  expect(core.replies.get('many')?.finished).toMatchObject([
    {
      data: {
        results: [
          { name: 'a.txt', outcome: 'failed' },
          { name: 'b.txt', outcome: 'added' },
        ],
      },
    },
  ]);
  expect(await core.registry.findByName(coach, 'b.txt')).toMatchObject({ failure: null });
});
