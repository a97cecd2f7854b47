import { describe, expect, it } from 'vitest';
import { documentIdOf } from '../../../src/core/ids.js';
import type { DocumentReader } from '../../../src/core/ingest/document-reader.js';
import { EMBED_QUEUE } from '../../../src/core/ingest/ingest-payload.js';
import { type EmbeddedCore, coach, lineReader, openEmbeddedCore } from '../../support/embedded-core.js';
import { createFakeClock } from '../../support/fake-clock.js';
import { engineAway } from '../../support/failing-engine.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const documentId = documentIdOf(coach, 'rules.md');
const DAY_MS = 24 * 60 * 60 * 1_000;
const FIRST = 'Refunds are paid within ten days.';
const SECOND = 'Refunds are never paid.';

const recordOf = (core: EmbeddedCore) => core.registry.get(coach, documentId);
const lastWord = (core: EmbeddedCore, eventId: string): string | undefined =>
  core.replies.get(eventId)?.finished.at(-1)?.text;

async function textsOf(core: EmbeddedCore): Promise<string[]> {
  const texts: string[] = [];
  for await (const page of core.engines.chunkStore.all(coach, new AbortController().signal))
    texts.push(...page.map(({ text }) => text));
  return texts;
}

/** The next upload cannot be read the first time: it is tried again after the one that follows it. */
function holdBackNext({ engines: { blobStore } }: EmbeddedCore): void {
  const { read } = blobStore;
  Object.assign(blobStore, {
    async read() {
      Object.assign(blobStore, { read });
      throw engineAway();
    },
  });
}

describe('two uploads of one document', () => {
  it('end with the newer one, though the older one has its turn after it, and is not read any more', async () => {
    let readings = 0;
    const reader: DocumentReader = {
      async parse(...given) {
        readings += 1;
        return lineReader.parse(...given);
      },
    };
    const core = await openEmbeddedCore(await temporaryFolder(), { reader });
    holdBackNext(core);
    const older = await core.post('rules.md', FIRST);
    await core.clock.advance(1);
    const newer = await core.post('rules.md', SECOND);
    await core.settleWork();
    expect(await textsOf(core)).toEqual([SECOND]);
    expect(await recordOf(core)).toMatchObject({ status: 'ready', pendingVersion: null });
    expect(readings).toBe(1);
    expect(lastWord(core, newer.id)).toContain('can be asked about now');
    expect(lastWord(core, older.id)).toContain('A newer version of it came in');
  });

  it('end with the newer one, though it only repeats what is there', async () => {
    const core = await openEmbeddedCore(await temporaryFolder());
    await core.post('rules.md', FIRST);
    await core.settleWork();
    holdBackNext(core);
    const older = await core.post('rules.md', SECOND);
    await core.clock.advance(1);
    const newer = await core.post('rules.md', FIRST);
    await core.settleWork();
    expect(await textsOf(core)).toEqual([FIRST]);
    expect(lastWord(core, newer.id)).toContain('already known');
    expect(lastWord(core, older.id)).toContain('A newer version of it came in');
  });
});

describe('an upload that another process overtook', () => {
  it('is not published over the newer one', async () => {
    const late = { ...lineReader };
    const core = await openEmbeddedCore(await temporaryFolder(), { reader: late });
    await core.post('rules.md', FIRST);
    await core.settleWork();
    const newest = await recordOf(core);
    const uploadedAt = core.clock.now() + 1;
    Object.assign(late, {
      async parse(...given: Parameters<typeof lineReader.parse>) {
        await core.clock.advance(1);
        await core.registry.update(coach, documentId, (current) => current && { ...current, uploadedAt });
        return lineReader.parse(...given);
      },
    });
    const overtaken = await core.post('rules.md', SECOND);
    await core.settleWork();
    expect(await recordOf(core)).toMatchObject({ active: newest?.active, pendingVersion: null });
    expect(await textsOf(core)).toEqual([FIRST]);
    expect(lastWord(core, overtaken.id)).toContain('A newer version of it came in');
  });
});

describe('an upload after the clock was set back', () => {
  it('replaces what was uploaded while the clock was ahead, by each upload anew', async () => {
    const folder = await temporaryFolder();
    const now = Date.UTC(2026, 11, 1);
    const ahead = await openEmbeddedCore(folder, { clock: createFakeClock(now + DAY_MS) });
    await ahead.post('rules.md', FIRST);
    await ahead.settleWork();
    await ahead.stop();
    const core = await openEmbeddedCore(folder, { clock: createFakeClock(now) });
    for (const text of [SECOND, FIRST]) {
      const event = await core.post('rules.md', text);
      await core.settleWork();
      expect(lastWord(core, event.id)).toContain('was replaced by its new version');
      expect(await textsOf(core)).toEqual([text]);
    }
  });
});

describe('vectors of a version that was replaced', () => {
  it('go when their job has its next turn, though a killed turn had written them late', async () => {
    const core = await openEmbeddedCore(await temporaryFolder());
    const { vectorIndex, coordinator, chunkStore } = core.engines;
    await core.post('rules.md', FIRST);
    await core.settleWork();
    const version = (await recordOf(core))?.active?.version;
    if (version === undefined) throw new Error('nothing was read');
    const [chunk] = await chunkStore.range(coach, { documentId, version, from: 0, limit: 1 });
    if (chunk === undefined) throw new Error('nothing was stored');
    await core.post('rules.md', SECOND);
    await core.settleWork();
    const { embedder } = core;
    const [embedding = new Float32Array()] = await embedder.embed([FIRST], {
      kind: 'document',
      signal: new AbortController().signal,
    });
    await vectorIndex.upsert(coach, embedder.space, [{ chunk, embedding }]);
    const payload = { creatorId: coach, documentId, version };
    await coordinator.enqueue({ queue: EMBED_QUEUE, id: 'late', group: coach, payload });
    await core.settleWork();
    expect((await vectorIndex.stats(coach))?.vectors).toBe(1);
    expect(await vectorIndex.present(coach, [chunk.id])).toEqual(new Set());
  });
});
