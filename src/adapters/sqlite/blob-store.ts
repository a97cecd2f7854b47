import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rm, rmdir, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { blobMissing, blobTooLarge, megabytes, noRoomForBlob } from '../../core/blob-errors.js';
import { DocentError } from '../../core/errors.js';
import { blobIdSchema, type BlobId, type CreatorId, creatorIdSchema } from '../../core/ids.js';
import type { BlobStore, PutBlobOptions, StoredBlob } from '../../core/ports/blob-store.js';
import type { Clock } from '../../core/ports/clock.js';
import { PART, filesIn, isMissing, modifiedAt, publish, tidy, wholeFilesIn } from './blob-files.js';
import { itemsUntilAborted } from '../../core/items-until-aborted.js';
import { probeWriting } from './write-probe.js';

/** Where blobs are kept and how much room they may take. */
export interface BlobStoreOptions {
  /** Absolute path; made when missing, with a folder for each creator inside. */
  readonly folder: string;
  readonly clock: Clock;
  /** All blobs together; past it an upload is refused with `QUEUE_FULL`. */
  readonly maxTotalBytes: number;
}

/**
 * Keeps each blob as a file: written under another name, flushed, then renamed, so that a file is whole or not there.
 * Half-written files of an earlier process are removed first.
 */
export async function createBlobStore({ folder, clock, maxTotalBytes }: BlobStoreOptions): Promise<BlobStore> {
  await storing(mkdir(folder, { recursive: true }));
  let totalBytes = await storing(tidy(folder));

  const folderOf = (creatorId: CreatorId): string => path.join(folder, creatorIdSchema.parse(creatorId));
  const fileOf = (creatorId: CreatorId, blobId: BlobId): string =>
    path.join(folderOf(creatorId), blobIdSchema.parse(blobId));

  const remove = async (file: string): Promise<boolean> => {
    try {
      const { size } = await stat(file);
      await unlink(file);
      totalBytes -= size;
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw failure(error);
    }
  };

  const receive = async (file: string, bytes: AsyncIterable<Uint8Array>, options: PutBlobOptions) => {
    const hash = createHash('sha256');
    const handle = await storing(open(file + PART, 'wx'));
    let sizeBytes = 0;
    try {
      for await (const chunk of itemsUntilAborted(bytes, options.signal)) {
        if (sizeBytes + chunk.byteLength > options.maxBytes) throw blobTooLarge(options.maxBytes);
        if (totalBytes + chunk.byteLength > maxTotalBytes) throw noRoomForBlob(maxTotalBytes);
        sizeBytes += chunk.byteLength;
        totalBytes += chunk.byteLength;
        hash.update(chunk);
        await storing(handle.appendFile(chunk));
      }
      await storing(handle.sync());
      await storing(publish(file, clock.now()));
      return { sizeBytes, contentHash: hash.digest('hex') };
    } catch (error) {
      totalBytes -= sizeBytes;
      await rm(file + PART, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
  };

  return {
    async put(creatorId, bytes, options): Promise<StoredBlob> {
      const blobId = blobIdSchema.parse(randomBytes(16).toString('hex'));
      await storing(mkdir(folderOf(creatorId), { recursive: true }));
      return { blobId, ...(await receive(fileOf(creatorId, blobId), bytes, options)) };
    },

    async read(creatorId, blobId, signal) {
      try {
        return await readFile(fileOf(creatorId, blobId), { signal });
      } catch (error) {
        signal.throwIfAborted();
        if (!isMissing(error)) throw failure(error);
        throw blobMissing(error);
      }
    },

    async delete(creatorId, blobId) {
      await remove(fileOf(creatorId, blobId));
    },

    async sweep(maxAgeMs) {
      let swept = 0;
      for (const creator of await storing(filesIn(folder)))
        for (const file of await storing(wholeFilesIn(creator)))
          if ((await storing(modifiedAt(file))) < clock.now() - maxAgeMs && (await remove(file))) swept += 1;
      return swept;
    },

    async eraseCreator(creatorId) {
      let erased = 0;
      for (const file of await storing(wholeFilesIn(folderOf(creatorId)))) if (await remove(file)) erased += 1;
      // Stays when an upload is still being written into it.
      await rmdir(folderOf(creatorId)).catch(() => {});
      return erased;
    },

    async health() {
      const used = `${megabytes(totalBytes)} of ${megabytes(maxTotalBytes)} MB of uploads are kept`;
      try {
        await probeWriting(folder);
        return { state: 'healthy', detail: `${used}.` };
      } catch {
        const fix = `Check that the disk is not full and that Docent may write in the folder ${folder}.`;
        return { state: 'unhealthy', detail: `${used}, but no more can be written.`, fix };
      }
    },
  };
}

async function storing<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw failure(error);
  }
}

function failure(cause: unknown): DocentError {
  return new DocentError('ENGINE_UNAVAILABLE', {
    userMessage:
      'The upload cannot be kept or read on disk. Try again; if it stays, the operator should check that the disk is not full.',
    retryable: true,
    cause,
  });
}
