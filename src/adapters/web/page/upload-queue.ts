import type { RoomApi } from './api.js';
import type { Cell } from './cell.js';
import { newRequestId } from './request-id.js';
import { sendBytes } from './send-bytes.js';
import { type UploadRow, createUploadRows } from './upload-rows.js';
import type { FeedEvent } from './wire.js';

/** A file and the name it is to have. */
export interface FileToSend {
  readonly name: string;
  readonly file: File;
}

/** Uploads of the creator: what this page sends, and all that the server reads or has read. */
export interface UploadQueue {
  readonly rows: Cell<readonly UploadRow[]>;
  add(files: readonly FileToSend[]): void;
  dismiss(rows: readonly UploadRow[]): Promise<void>;
  refresh(): Promise<void>;
  apply(event: FeedEvent): void;
}

/** Files sent at the same time. */
const PARALLEL = 2;

/** @param refuse says why a file is not worth sending, or nothing. */
export function createUploadQueue(api: RoomApi, refuse: (file: File) => string | undefined): UploadQueue {
  const { rows, put, setStep, drop, take, takeAll, apply } = createUploadRows();
  const files = new Map<string, File>();
  let sending = 0;

  const send = async ({ key, name }: UploadRow, file: File): Promise<void> => {
    try {
      const upload = await sendBytes(api.uploadUrl(key, name), file, (doneBytes) =>
        setStep(key, { kind: 'sending', doneBytes }),
      );
      if (upload === null) drop((row) => row.key === key);
      // Else the feed was faster, and may know more.
      else if (rows.value.find((row) => row.key === key)?.uploadId === null) take(upload);
    } catch (error) {
      setStep(key, { kind: 'refused', reason: (error as Error).message });
    } finally {
      files.delete(key);
      sending -= 1;
      sendWaiting();
    }
  };
  const sendWaiting = (): void => {
    for (const row of rows.value) {
      const file = row.step.kind === 'waiting' ? files.get(row.key) : undefined;
      if (file === undefined) continue;
      if (sending >= PARALLEL) return;
      sending += 1;
      setStep(row.key, { kind: 'sending', doneBytes: 0 });
      void send(row, file);
    }
  };
  const dismiss: UploadQueue['dismiss'] = async (dismissed) => {
    drop((row) => dismissed.includes(row));
    for (const { uploadId } of dismissed)
      if (uploadId !== null) await api.dismissUpload(uploadId).catch(() => undefined);
  };

  return {
    rows,
    dismiss,
    apply,
    add(chosen) {
      void dismiss(rows.value.filter(isGoodNews));
      for (const { name, file } of chosen) {
        const key = newRequestId();
        const reason = refuse(file);
        if (reason === undefined) files.set(key, file);
        const step = reason === undefined ? ({ kind: 'waiting' } as const) : ({ kind: 'refused', reason } as const);
        put({ key, uploadId: null, name, sizeBytes: file.size, step });
      }
      sendWaiting();
    },
    refresh: async () => takeAll(await api.uploads()),
  };
}

function isGoodNews({ step }: UploadRow): boolean {
  return step.kind === 'done' && step.message.kind !== 'error';
}
