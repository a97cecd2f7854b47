import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { documentIdOf } from '../../../src/core/ids.js';
import { documentCollection } from '../../../src/core/ingest/document-record.js';
import { coach, openEmbeddedCore } from '../../support/embedded-core.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const rules = '# Money\nRefunds are paid within ten days.\n# Time\nSessions begin at nine.';
const documentId = documentIdOf(coach, 'rules.md');

/** A core with a document whose record has another shape, and one as it should be. */
async function openSpoiled() {
  const core = await openEmbeddedCore(await temporaryFolder());
  for (const name of ['rules.md', 'other.md']) await core.post(name, rules);
  await core.settleWork();
  const anything = { name: documentCollection.name, schema: z.unknown() };
  const value = { status: 'of-tomorrow' };
  await core.engines.recordStore.put(anything, { creatorId: coach }, { id: documentId, value });
  return core;
}

describe('a document whose record cannot be read', () => {
  it('is in no list, and answers nothing', async () => {
    const core = await openSpoiled();
    expect((await core.registry.list(coach, { limit: 10 })).map(({ name }) => name)).toEqual(['other.md']);
    expect((await core.registry.active(coach)).size).toBe(1);
  });

  it('is gone where its change is heard of', async () => {
    const core = await openSpoiled();
    await core.registry.active(coach);
    await core.registry.reread(coach, documentId);
    expect([...(await core.registry.active(coach)).values()].map(({ name }) => name)).toEqual(['other.md']);
  });

  it('can be posted anew, and leaves nothing of what it was', async () => {
    const core = await openSpoiled();
    await core.post('rules.md', '# Money\nRefunds are paid within 60 days.');
    await core.settleWork();
    expect(await core.registry.get(coach, documentId)).toMatchObject({ status: 'ready', active: { chunkCount: 1 } });
    expect(await core.engines.chunkStore.count(coach)).toBe(3);
  });

  it('can be forgotten with everything it taught', async () => {
    const core = await openSpoiled();
    expect(await core.ingestion.forget(coach, documentId)).toEqual({ chunkCount: null });
    expect(await core.registry.get(coach, documentId)).toBeUndefined();
    expect(await core.engines.chunkStore.count(coach)).toBe(2);
    expect(await core.registry.removing(coach)).toEqual([]);
  });
});
