import { readdir, rename, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createBlobStore } from '../../../src/adapters/sqlite/blob-store.js';
import { creatorIdSchema } from '../../../src/core/ids.js';
import { describeBlobStoreContract } from '../../contracts/blob-store.contract.js';
import { createFakeClock } from '../../support/fake-clock.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { openSubject } from './subject.js';

describeBlobStoreContract('data folder', () =>
  openSubject(({ clock, folder }) =>
    createBlobStore({ folder: path.join(folder, 'blobs'), clock, maxTotalBytes: 10_000_000 }),
  ),
);

describe('blob store in the data folder', () => {
  const coach = creatorIdSchema.parse('coach');
  const { signal } = new AbortController();
  const openIn = (folder: string) => createBlobStore({ folder, clock: createFakeClock(), maxTotalBytes: 100 });

  async function* inPieces(...sizes: readonly number[]): AsyncGenerator<Uint8Array> {
    for (const size of sizes) yield new Uint8Array(size);
  }

  it('refuses uploads past the space for all together, until there is room again', async () => {
    const store = await openIn(await temporaryFolder());
    const { blobId } = await store.put(coach, inPieces(60), { maxBytes: 100, signal });
    await expect(store.put(coach, inPieces(60), { maxBytes: 100, signal })).rejects.toMatchObject({
      code: 'QUEUE_FULL',
    });
    await store.delete(coach, blobId);
    expect((await store.put(coach, inPieces(100), { maxBytes: 100, signal })).sizeBytes).toBe(100);
  });

  it('leaves no file of an upload that was refused, and gives its space back', async () => {
    const folder = await temporaryFolder();
    const store = await openIn(folder);
    for (let upload = 0; upload < 3; upload += 1)
      await expect(store.put(coach, inPieces(40, 40), { maxBytes: 60, signal })).rejects.toMatchObject({
        code: 'DOCUMENT_TOO_LARGE',
      });
    expect(await readdir(path.join(folder, 'coach'))).toEqual([]);
    expect((await store.put(coach, inPieces(100), { maxBytes: 100, signal })).sizeBytes).toBe(100);
  });

  it('counts what an earlier process left, and removes what it had half written', async () => {
    const folder = await temporaryFolder();
    const { blobId } = await (await openIn(folder)).put(coach, inPieces(60), { maxBytes: 100, signal });
    await writeFile(path.join(folder, 'coach', `${'0'.repeat(32)}.part`), 'half');
    const store = await openIn(folder);
    expect(await readdir(path.join(folder, 'coach'))).toEqual([blobId]);
    await expect(store.put(coach, inPieces(60), { maxBytes: 100, signal })).rejects.toMatchObject({
      code: 'QUEUE_FULL',
    });
  });

  it('leaves no folder of a creator that was erased', async () => {
    const folder = await temporaryFolder();
    const store = await openIn(folder);
    await store.put(coach, inPieces(10), { maxBytes: 100, signal });
    await store.eraseCreator(coach);
    expect(await readdir(folder)).toEqual([]);
  });

  it('is unhealthy when its folder is gone', async () => {
    const folder = path.join(await temporaryFolder(), 'blobs');
    const store = await openIn(folder);
    await rename(folder, `${folder}-moved`);
    expect((await store.health(signal)).state).toBe('unhealthy');
  });

  it('is unhealthy while the disk is full, and healthy by itself when it is not', async () => {
    const folder = await temporaryFolder();
    const store = await openIn(folder);
    await symlink('/dev/full', path.join(folder, '.health'));
    expect(await store.health(signal)).toMatchObject({
      state: 'unhealthy',
      fix: expect.stringContaining('disk is not full') as string,
    });
    expect((await store.health(signal)).state).toBe('healthy');
    expect(await readdir(folder)).toEqual([]);
  });

  it('is not disturbed by a file that is no creator, such as one that a health check left', async () => {
    const folder = await temporaryFolder();
    await writeFile(path.join(folder, '.health'), 'left');
    const store = await openIn(folder);
    expect(await store.sweep(0)).toBe(0);
    expect((await store.put(coach, inPieces(100), { maxBytes: 100, signal })).sizeBytes).toBe(100);
  });
});
