import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { creatorIdSchema, documentIdOf } from '../../../src/core/ids.js';
import type { Engines } from '../../../src/core/plugin.js';
import type { ChunkStore } from '../../../src/core/ports/chunk-store.js';
import { eventually } from '../../support/eventually.js';
import { inParts, type openTransfer, transferOver, withExport } from './open-transfer.js';

const other = creatorIdSchema.parse('other');
/** More than are written at once. */
const PASSAGES = 70;
type Core = Awaited<ReturnType<typeof openTransfer>>;

/** The document in the middle of the file, by its name. */
function middleOf(backup: Buffer): string {
  const names = gunzipSync(backup)
    .toString()
    .matchAll(/"type":"document","name":"(?<name>[^"]+)"/g);
  return [...names][1]?.groups?.['name'] ?? '';
}

/** The file's bytes; once most passages of its middle document are written, something else happens. */
async function* interrupted(core: Core, backup: Buffer, interrupt: () => Promise<unknown>): AsyncGenerator<Uint8Array> {
  const plain = gunzipSync(backup);
  const cut = plain.indexOf(`"index":${PASSAGES - 1},`, plain.indexOf(`"name":"${middleOf(backup)}"`));
  // Two gzip members are one file, and what is in the first is there before the second has come.
  yield gzipSync(plain.subarray(0, cut));
  const published = (await core.left(other)).whole.length;
  await eventually('most of it is written', async () => {
    const { whole, strays } = await core.left(other);
    return whole.length > published && strays > 0;
  });
  await interrupt();
  yield gzipSync(plain.subarray(cut));
}

describe('an import that meets other work', () => {
  it('leaves nothing of the document that it was in when its creator is erased', async () => {
    const { core, backup } = await withExport(PASSAGES);
    const erase = async (): Promise<void> => {
      await core.engines.chunkStore.eraseCreator(other);
      await core.engines.recordStore.eraseCreator(other);
    };
    await expect(core.imported(interrupted(core, backup, erase), { creatorId: other })).rejects.toMatchObject({
      code: 'DOCUMENT_CANCELLED',
    });
    expect(await core.left(other)).toEqual({ whole: [], strays: 0 });
  });

  it('stops with Docent, and goes on when it is run again', async () => {
    const { core, backup } = await withExport(PASSAGES);
    const stop = async (): Promise<void> => void core.running.stop();
    await expect(core.imported(interrupted(core, backup, stop), { creatorId: other })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    expect(await core.left(other)).toEqual({ whole: [PASSAGES], strays: 0 });
    const again = transferOver(core);
    expect(await again.imported(inParts(backup), { creatorId: other })).toMatchObject({ known: 1, added: 2 });
    expect(await again.left(other)).toEqual({ whole: [PASSAGES, PASSAGES, PASSAGES], strays: 0 });
  });

  it('leaves a document to whoever forgot it meanwhile', async () => {
    const { core, backup } = await withExport(PASSAGES);
    const name = middleOf(backup);
    await core.publish(other, name, [{ text: 'Earlier.', breadcrumb: '', headingPath: [], page: null }]);
    const forget = (): Promise<unknown> =>
      core.registry.update(
        other,
        documentIdOf(other, name),
        (current) => current && { ...current, status: 'removing', active: null },
      );
    await expect(
      core.imported(interrupted(core, backup, forget), { creatorId: other, replace: true }),
    ).rejects.toMatchObject({ code: 'DOCUMENT_CANCELLED' });
    expect(await core.registry.findByName(other, name)).toBeUndefined();
  });
});

describe('an import whose process was killed', () => {
  it.each([{ writes: 1 }, { writes: 2 }, { writes: 3 }, { writes: 4 }])(
    'leaves nothing half once Docent starts again, after $writes writes',
    async ({ writes }) => {
      const { core, backup } = await withExport(PASSAGES);
      await core.publish(other, 'b.md', [{ text: 'Earlier.', breadcrumb: '', headingPath: [], page: null }]);
      const killed = transferOver(core, dyingAfter(writes, core.engines.chunkStore));
      const options = { creatorId: other, replace: true };
      await expect(killed.imported(inParts(backup), options)).rejects.toThrow('killed');
      await core.running.start();
      const { whole, strays } = await core.left(other);
      expect(strays).toBe(0);
      expect(whole.filter((length) => length !== PASSAGES && length !== 1)).toEqual([]);
      for (const name of ['a.md', 'b.md', 'c.md']) expect(await core.isStaged(other, name)).toBe(false);
      await core.imported(inParts(backup), options);
      expect(await core.left(other)).toEqual({ whole: [PASSAGES, PASSAGES, PASSAGES], strays: 0 });
    },
  );

  it('waits at the start for an import that another process is in the middle of', async () => {
    const { core, backup } = await withExport(PASSAGES);
    const started: Promise<void>[] = [];
    const start = async (): Promise<void> => void started.push(transferOver(core).running.start());
    await core.imported(interrupted(core, backup, start), { creatorId: other });
    await core.clock.advance(1_000);
    await Promise.all(started);
    expect(await core.left(other)).toEqual({ whole: [PASSAGES, PASSAGES, PASSAGES], strays: 0 });
  });
});

/** A store of a process that is gone after some writes: nothing that it would still do is done. */
function dyingAfter(writes: number, chunkStore: ChunkStore): Pick<Engines, 'chunkStore'> {
  let left = writes;
  const killed = async (): Promise<never> => {
    throw new Error('killed');
  };
  const put: ChunkStore['put'] = async (...args) => {
    await (left-- > 0 ? chunkStore.put(...args) : killed());
  };
  return {
    chunkStore: {
      ...chunkStore,
      put,
      deleteDocument: (...args) => (left < 0 ? killed() : chunkStore.deleteDocument(...args)),
    },
  };
}
