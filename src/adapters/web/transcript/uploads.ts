import { DocentError } from '../../../core/errors.js';
import type { CreatorId, MemberKey } from '../../../core/ids.js';
import type { OutgoingMessage } from '../../../core/chat/outgoing-message.js';
import type { RecordStore } from '../../../core/ports/record-store.js';
import type { Upload } from '../page/wire.js';
import { type UploadRecord, uploadCollection } from './records.js';
import { addRecord, updateRecord } from './update-record.js';

const MAX_UPLOADS = 500;

/** Uploads with their outcomes, until somebody dismisses them: what a page shows after a reload or a restart. */
export interface Uploads {
  /** Oldest first. */
  list(creatorId: CreatorId): Promise<Upload[]>;
  get(creatorId: CreatorId, uploadId: string): Promise<Upload | undefined>;
  /**
   * Adds one that is being read; undefined when it is there already. The oldest outcome goes where 500 are kept.
   * @throws DocentError `QUEUE_FULL` when 500 are being read.
   */
  add(
    creatorId: CreatorId,
    upload: Omit<Upload, 'message'> & { readonly memberKey: MemberKey },
  ): Promise<Upload | undefined>;
  /** Sets the outcome, over an earlier one; undefined when it was dismissed. */
  finish(creatorId: CreatorId, uploadId: string, message: OutgoingMessage): Promise<Upload | undefined>;
  dismiss(creatorId: CreatorId, uploadId: string): Promise<boolean>;
}

/** Keeps uploads as records. */
export function createUploads(options: { readonly records: RecordStore }): Uploads {
  const { records } = options;

  const makeRoom = async (creatorId: CreatorId): Promise<void> => {
    const kept = await records.list(uploadCollection, { creatorId }, { limit: MAX_UPLOADS });
    if (kept.length < MAX_UPLOADS) return;
    const oldestDone = kept.find(({ value }) => value.message !== null);
    if (oldestDone === undefined)
      throw new DocentError('QUEUE_FULL', {
        userMessage: '500 files are being read already. Wait until some are done, then add more.',
        retryable: true,
      });
    await records.delete(uploadCollection, { creatorId }, oldestDone.id);
  };

  return {
    async list(creatorId) {
      const stored = await records.list(uploadCollection, { creatorId }, { limit: MAX_UPLOADS });
      return stored.map(({ id, value }) => asUpload(id, value));
    },
    async get(creatorId, uploadId) {
      const stored = await records.get(uploadCollection, { creatorId }, uploadId);
      return stored && asUpload(stored.id, stored.value);
    },
    async add(creatorId, { uploadId, ...upload }) {
      await makeRoom(creatorId);
      const value: UploadRecord = { ...upload, message: null };
      const isNew = await addRecord(records, uploadCollection, { creatorId }, { id: uploadId, value });
      return isNew ? asUpload(uploadId, value) : undefined;
    },
    async finish(creatorId, uploadId, message) {
      const target = { scope: { creatorId }, id: uploadId };
      const value = await updateRecord(records, uploadCollection, target, (upload) => ({
        ...upload,
        message,
      }));
      return value && asUpload(uploadId, value);
    },
    dismiss: (creatorId, uploadId) => records.delete(uploadCollection, { creatorId }, uploadId),
  };
}

function asUpload(uploadId: string, value: UploadRecord): Upload {
  return { uploadId, name: value.name, sizeBytes: value.sizeBytes, startedAt: value.startedAt, message: value.message };
}
