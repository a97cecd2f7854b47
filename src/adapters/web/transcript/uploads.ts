import { type ChatEvent, memberKeyOf } from '../../../core/chat/chat-event.js';
import { DocentError } from '../../../core/errors.js';
import type { CreatorId, MemberKey } from '../../../core/ids.js';
import type { OutgoingMessage } from '../../../core/chat/outgoing-message.js';
import type { RecordStore } from '../../../core/ports/record-store.js';
import type { Upload } from '../page/wire.js';
import { type UploadRecord, uploadCollection } from './records.js';
import { addRecord, updateRecord } from './update-record.js';

const MAX_UPLOADS = 500;

/** An upload that is being read, and whose it is. */
export type NewUpload = Omit<Upload, 'message'> & { readonly memberKey: MemberKey };

/** The upload that an event is about. */
export function uploadOf(event: ChatEvent, uploadId: string): NewUpload {
  const [file] = event.attachments;
  const { name, sizeBytes } = { name: file?.name ?? '', sizeBytes: file?.sizeBytes ?? 0 };
  return { uploadId, name, sizeBytes, startedAt: event.receivedAt, memberKey: memberKeyOf(event) };
}

/** Uploads with their outcomes, until somebody dismisses them: what a page shows after a reload or a restart. */
export interface Uploads {
  /** Oldest first. */
  list(creatorId: CreatorId): Promise<Upload[]>;
  get(creatorId: CreatorId, uploadId: string): Promise<Upload | undefined>;
  /** Lets the oldest outcome go where 500 are kept. @throws DocentError `QUEUE_FULL` when 500 are being read. */
  makeRoom(creatorId: CreatorId): Promise<void>;
  /** Adds one that is being read, once its event is kept; undefined when it is there already. */
  add(creatorId: CreatorId, upload: NewUpload): Promise<Upload | undefined>;
  /** Sets the outcome, over an earlier one; adds the upload where a kill kept that from being done. */
  finish(creatorId: CreatorId, upload: NewUpload, message: OutgoingMessage): Promise<void>;
  dismiss(creatorId: CreatorId, uploadId: string): Promise<boolean>;
}

/** Keeps uploads as records. */
export function createUploads(options: { readonly records: RecordStore }): Uploads {
  const { records } = options;

  const put = async (
    creatorId: CreatorId,
    { uploadId, ...upload }: NewUpload,
    message: OutgoingMessage | null,
  ): Promise<Upload | undefined> => {
    const value: UploadRecord = { ...upload, message };
    const isNew = await addRecord(records, uploadCollection, { creatorId }, { id: uploadId, value });
    return isNew ? asUpload(uploadId, value) : undefined;
  };

  return {
    async makeRoom(creatorId) {
      const kept = await records.list(uploadCollection, { creatorId }, { limit: MAX_UPLOADS });
      if (kept.length < MAX_UPLOADS) return;
      const oldestDone = kept.find(({ value }) => value.message !== null);
      if (oldestDone === undefined)
        throw new DocentError('QUEUE_FULL', {
          userMessage: '500 files are being read already. Wait until some are done, then add more.',
          retryable: true,
        });
      await records.delete(uploadCollection, { creatorId }, oldestDone.id);
    },
    async list(creatorId) {
      const stored = await records.list(uploadCollection, { creatorId }, { limit: MAX_UPLOADS });
      return stored.map(({ id, value }) => asUpload(id, value));
    },
    async get(creatorId, uploadId) {
      const stored = await records.get(uploadCollection, { creatorId }, uploadId);
      return stored && asUpload(stored.id, stored.value);
    },
    add: (creatorId, upload) => put(creatorId, upload, null),
    async finish(creatorId, upload, message) {
      if ((await put(creatorId, upload, message)) !== undefined) return;
      const target = { scope: { creatorId }, id: upload.uploadId };
      await updateRecord(records, uploadCollection, target, (value) => ({ ...value, message }));
    },
    dismiss: (creatorId, uploadId) => records.delete(uploadCollection, { creatorId }, uploadId),
  };
}

function asUpload(uploadId: string, value: UploadRecord): Upload {
  return { uploadId, name: value.name, sizeBytes: value.sizeBytes, startedAt: value.startedAt, message: value.message };
}
