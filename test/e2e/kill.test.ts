import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { socketPathOf } from '../../src/adapters/terminal/socket-path.js';
import { connectTerminal } from '../../src/adapters/terminal/terminal-client.js';
import { type DocumentRecord, documentCollection } from '../../src/core/ingest/document-record.js';
import { EMBED_QUEUE, INGEST_QUEUE } from '../../src/core/ingest/ingest-payload.js';
import { systemClock } from '../../src/core/system-clock.js';
import { coach } from '../support/embedded-core.js';
import { type RunningProcess, startDocentProcess } from '../support/docent-process.js';
import { openEmbeddedStores } from '../support/embedded-stores.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** Kills of the process; `DOCENT_KILL_ROUNDS=50` for the long proof. */
const ROUNDS = Number(process.env['DOCENT_KILL_ROUNDS'] ?? 4);
const DOCUMENTS = 6;
const PARAGRAPHS = 150;
/** The time in which the kill falls, in milliseconds after the files were sent. */
const KILL_WITHIN_MS = 900;

const environment = {
  DOCENT_WEB: 'false',
  DOCENT_PLUGINS: join(process.cwd(), 'dist/test/fixtures/hash-embedder-plugin.js'),
  DOCENT_EMBEDDER: 'hash-embedder',
  DOCENT_CREATOR: 'coach',
};

async function startServer(folder: string): Promise<RunningProcess> {
  const server = startDocentProcess(['start'], folder, environment);
  await server.printed(/Docent is/);
  return server;
}

async function writeVersion(folder: string, number: number, version: number): Promise<{ name: string; path: string }> {
  const name = `guide-${number}.md`;
  const paragraphs = Array.from(
    { length: PARAGRAPHS },
    (_, index) => `## Rule ${index}\n\nRule ${index} of guide ${number} holds in version ${version}.`,
  );
  await writeFile(join(folder, name), `# Guide ${number}\n\n${paragraphs.join('\n\n')}\n`);
  return { name, path: join(folder, name) };
}

/** Sends a file and resolves to the outcome's text, or undefined when the server died before it. */
async function send(folder: string, file: { name: string; path: string }): Promise<string | undefined> {
  const { signal } = new AbortController();
  const connection = await connectTerminal(await socketPathOf(join(folder, 'data')), signal).catch(() => undefined);
  const message = await connection
    ?.run({ command: { words: ['ingest'], creatorId: coach }, files: [file] })
    .catch(() => undefined);
  return message?.text;
}

/** What the stores of a dead process hold: every document's record and the indexes of its active version's chunks. */
async function inspect(folder: string) {
  const { engines, close } = await openEmbeddedStores(systemClock, join(folder, 'data'));
  const { recordStore, chunkStore, vectorIndex, keywordIndex, coordinator } = engines;
  const records = (await recordStore.list(documentCollection, { creatorId: coach }, { limit: 100 })).map(
    ({ value }) => value,
  );
  const documents = await Promise.all(
    records.map(async (record) => {
      const chunks =
        record.active === null
          ? []
          : await chunkStore.range(coach, {
              documentId: record.documentId,
              version: record.active.version,
              from: 0,
              limit: 1_000,
            });
      return { record, indexes: chunks.map(({ index }) => index) };
    }),
  );
  const queues = await Promise.all(
    [INGEST_QUEUE, EMBED_QUEUE].map((queue) => coordinator.list({ queue, limit: 1_000 })),
  );
  const found = {
    documents,
    unfinished: queues.flat().length,
    storedChunks: await chunkStore.count(coach),
    vectors: (await vectorIndex.stats(coach))?.vectors ?? 0,
    keywordHits: (
      await keywordIndex.candidates(coach, { text: 'guide', limit: 5_000, signal: new AbortController().signal })
    ).candidates.length,
  };
  await close();
  return found;
}

function expectWhole({ record, indexes }: { record: DocumentRecord; indexes: number[] }): void {
  if (record.active === null) return;
  expect(indexes, `${record.name} in its active version`).toEqual(
    Array.from({ length: record.active.chunkCount }, (_, index) => index),
  );
}

describe('a process that is killed while it ingests', () => {
  it(
    `loses and doubles nothing over ${ROUNDS} kills at random moments`,
    async () => {
      const folder = await temporaryFolder();
      let midway = 0;
      for (let round = 0; round < ROUNDS; round++) {
        const server = await startServer(folder);
        const files = await Promise.all(
          Array.from({ length: DOCUMENTS }, (_, number) => writeVersion(folder, number, round)),
        );
        const sent = files.map((file) => send(folder, file));
        await wait(Math.random() * KILL_WITHIN_MS);
        const closed = once(server.process, 'close');
        server.process.kill('SIGKILL');
        await closed;
        await Promise.all(sent);
        const found = await inspect(folder);
        for (const document of found.documents) expectWhole(document);
        if (found.unfinished > 0) midway++;
      }
      const server = await startServer(folder);
      const files = await Promise.all(
        Array.from({ length: DOCUMENTS }, (_, number) => writeVersion(folder, number, ROUNDS)),
      );
      for (const file of files) expect(await send(folder, file)).toMatch(/can be asked about now/);
      server.process.kill('SIGTERM');
      expect((await server.ended).code).toBe(0);
      const drained = await drain(folder);
      for (const document of drained.documents) expectWhole(document);
      const chunks = drained.documents.reduce((sum, { record }) => sum + (record.active?.chunkCount ?? 0), 0);
      expect(drained.documents.map(({ record }) => record.status)).toEqual(
        Array.from({ length: DOCUMENTS }, () => 'ready'),
      );
      expect({ stored: drained.storedChunks, vectors: drained.vectors, keywords: drained.keywordHits }).toEqual({
        stored: chunks,
        vectors: chunks,
        keywords: chunks,
      });
      process.stdout.write(
        `kills: ${ROUNDS}, in the middle of work: ${midway}, lost: 0, doubled: 0, chunks: ${chunks}\n`,
      );
    },
    60_000 + ROUNDS * 10_000,
  );
});

/** Starts Docent until no work is left, and inspects what it leaves. */
async function drain(folder: string): Promise<Awaited<ReturnType<typeof inspect>>> {
  for (let tries = 0; tries < 20; tries++) {
    const found = await inspect(folder);
    if (found.unfinished === 0) return found;
    const server = await startServer(folder);
    await wait(1_500);
    server.process.kill('SIGTERM');
    await server.ended;
  }
  throw new Error('the work did not come to an end');
}
