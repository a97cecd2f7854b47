import { createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { DocentError } from '../../src/core/errors.js';
import { type BlobId, type CreatorId, blobIdSchema, creatorIdSchema } from '../../src/core/ids.js';
import type { BlobStore, StoredBlob } from '../../src/core/ports/blob-store.js';
import type { CreateSubject, Subject } from './subject.js';

const HOUR_MS = 60 * 60_000;
const MAX_BYTES = 1_000_000;
const coach = creatorIdSchema.parse('coach');
const guild = creatorIdSchema.parse('guild');
const unknown = blobIdSchema.parse('0'.repeat(32));

async function* stream(...chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

/** One piece, then nothing for ever; calls `onHang` when it comes to that. */
async function* hanging(onHang: () => void): AsyncGenerator<Uint8Array> {
  yield randomBytes(100);
  onHang();
  await new Promise(() => {});
}

/** What every blob store promises. */
export function describeBlobStoreContract(name: string, createSubject: CreateSubject<BlobStore>): void {
  describe(`BlobStore contract: ${name}`, () => {
    let subject: Subject<BlobStore>;
    beforeEach(async () => {
      subject = await createSubject();
    });
    const { signal } = new AbortController();
    const store = (): BlobStore => subject.port;
    const put = (bytes: AsyncIterable<Uint8Array>, creatorId: CreatorId = coach, options = {}): Promise<StoredBlob> =>
      store().put(creatorId, bytes, { maxBytes: MAX_BYTES, signal, ...options });
    const read = (blobId: BlobId, creatorId: CreatorId = coach): Promise<Uint8Array> =>
      store().read(creatorId, blobId, signal);

    it('returns the bytes as they came, with their size and SHA-256', async () => {
      const bytes = randomBytes(200_000);
      const blob = await put(stream(bytes.subarray(0, 7), bytes.subarray(7, 70_000), bytes.subarray(70_000)));
      expect(blob.sizeBytes).toBe(200_000);
      expect(blob.contentHash).toBe(createHash('sha256').update(bytes).digest('hex'));
      expect(Buffer.from(await read(blob.blobId)).equals(bytes)).toBe(true);
    });

    it('keeps nothing as nothing', async () => {
      const blob = await put(stream());
      expect(blob.sizeBytes).toBe(0);
      expect(await read(blob.blobId)).toHaveLength(0);
    });

    it('gives every upload an own id, also of the same bytes', async () => {
      const [first, second] = await Promise.all([put(stream(Buffer.from('same'))), put(stream(Buffer.from('same')))]);
      expect(first.blobId).not.toBe(second.blobId);
      expect(first.contentHash).toBe(second.contentHash);
    });

    it('says so when there is no such blob', async () => {
      await expect(read(unknown)).rejects.toMatchObject({ code: 'BLOB_MISSING' });
    });

    it("does not show one creator another's bytes, nor lets it delete them", async () => {
      const { blobId } = await put(stream(Buffer.from('secret')));
      await expect(read(blobId, guild)).rejects.toMatchObject({ code: 'BLOB_MISSING' });
      await store().delete(guild, blobId);
      expect(Buffer.from(await read(blobId)).toString()).toBe('secret');
    });

    it('takes exactly as many bytes as allowed and refuses one more', async () => {
      const ten = await put(stream(randomBytes(6), randomBytes(4)), coach, { maxBytes: 10 });
      expect(ten.sizeBytes).toBe(10);
      const eleven = put(stream(randomBytes(6), randomBytes(5)), coach, { maxBytes: 10 });
      await expect(eleven).rejects.toMatchObject({ code: 'DOCUMENT_TOO_LARGE' });
    });

    it('leaves nothing of an upload that was refused', async () => {
      await expect(put(stream(randomBytes(20)), coach, { maxBytes: 10 })).rejects.toThrow(DocentError);
      expect(await store().eraseCreator(coach)).toBe(0);
    });

    it('passes the error of the source on and keeps nothing', async () => {
      const failure = new DocentError('DOWNLOAD_FAILED', { userMessage: 'The file cannot be downloaded.' });
      const broken = (async function* () {
        yield randomBytes(10);
        throw failure;
      })();
      await expect(put(broken)).rejects.toBe(failure);
      expect(await store().eraseCreator(coach)).toBe(0);
    });

    it('stops an upload when it is aborted, also while the source hangs', async () => {
      const abort = new AbortController();
      const source = hanging(() => abort.abort(new DOMException('stopped', 'AbortError')));
      await expect(put(source, coach, { signal: abort.signal })).rejects.toMatchObject({ name: 'AbortError' });
      expect(await store().eraseCreator(coach)).toBe(0);
    });

    it('takes no upload whose signal has aborted already', async () => {
      const upload = put(stream(randomBytes(10)), coach, { signal: AbortSignal.abort() });
      await expect(upload).rejects.toMatchObject({ name: 'AbortError' });
    });

    it('deletes a blob, and again without harm', async () => {
      const { blobId } = await put(stream(randomBytes(10)));
      await store().delete(coach, blobId);
      await store().delete(coach, blobId);
      await expect(read(blobId)).rejects.toMatchObject({ code: 'BLOB_MISSING' });
    });

    it('sweeps what is older than the age, and only that', async () => {
      const old = await put(stream(Buffer.from('old')));
      await put(stream(Buffer.from('old')), guild);
      await subject.advance(2 * HOUR_MS);
      const young = await put(stream(Buffer.from('young')));
      expect(await store().sweep(HOUR_MS)).toBe(2);
      await expect(read(old.blobId)).rejects.toMatchObject({ code: 'BLOB_MISSING' });
      expect(Buffer.from(await read(young.blobId)).toString()).toBe('young');
      expect(await store().sweep(HOUR_MS)).toBe(0);
    });

    it('erases everything of one creator', async () => {
      await put(stream(randomBytes(10)));
      await put(stream(randomBytes(10)));
      const other = await put(stream(Buffer.from('other')), guild);
      expect(await store().eraseCreator(coach)).toBe(2);
      expect(await store().eraseCreator(coach)).toBe(0);
      expect(Buffer.from(await read(other.blobId, guild)).toString()).toBe('other');
    });

    it('keeps blobs over a crash', async () => {
      const { blobId } = await put(stream(Buffer.from('kept')));
      await subject.reopen();
      expect(Buffer.from(await read(blobId)).toString()).toBe('kept');
    });

    it('keeps each upload whole among many at once, however it is cut', async () => {
      const cut = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 6 });
      await fc.assert(
        fc.asyncProperty(fc.array(cut, { minLength: 1, maxLength: 5 }), async (uploads) => {
          const blobs = await Promise.all(uploads.map((chunks) => put(stream(...chunks))));
          for (const [index, { blobId }] of blobs.entries())
            expect(Buffer.from(await read(blobId)).equals(Buffer.concat(uploads[index] ?? []))).toBe(true);
        }),
        { numRuns: 20 },
      );
    });

    it('is healthy', async () => {
      expect((await store().health(AbortSignal.timeout(5_000))).state).toBe('healthy');
    });
  });
}
