import type { RoomApi } from './api.js';
import { type Cell, cell } from './cell.js';
import { newRequestId } from './request-id.js';
import { sendBytes } from './send-bytes.js';
import type { FeedEvent, Message, Status, Upload } from './wire.js';

/** A file on its way: being sent, being read, or done. */
export interface UploadRow {
  /** The request's id, which the server's own id ends with. */
  readonly key: string;
  /** Once the server has it. */
  readonly uploadId: string | null;
  readonly name: string;
  readonly sizeBytes: number;
  readonly step:
    | { readonly kind: 'waiting' }
    | { readonly kind: 'sending'; readonly doneBytes: number }
    | { readonly kind: 'reading'; readonly status: Status | null }
    | { readonly kind: 'done'; readonly message: Message }
    /** It never arrived. */
    | { readonly kind: 'refused'; readonly reason: string };
}

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
  const rows = cell<readonly UploadRow[]>([]);
  const files = new Map<string, File>();
  const statuses = new Map<string, Status>();
  let sending = 0;

  const put = (row: UploadRow): void => {
    const isKnown = rows.value.some(({ key }) => key === row.key);
    rows.set(isKnown ? rows.value.map((other) => (other.key === row.key ? row : other)) : [...rows.value, row]);
  };
  const setStep = (key: string, step: UploadRow['step']): void => {
    const row = rows.value.find((candidate) => candidate.key === key);
    // What the feed has told in the meantime is newer.
    if (row?.uploadId === null) put({ ...row, step });
  };
  const drop = (isDropped: (row: UploadRow) => boolean): void => rows.set(rows.value.filter((row) => !isDropped(row)));
  const rowOf = (upload: Upload): UploadRow => {
    const { uploadId, name, sizeBytes, message } = upload;
    const status = statuses.get(uploadId) ?? null;
    return {
      key: keyOf(uploadId),
      uploadId,
      name,
      sizeBytes,
      step: message === null ? { kind: 'reading', status } : { kind: 'done', message },
    };
  };

  const setStatus = (uploadId: string, status: Status): void => {
    statuses.set(uploadId, status);
    const row = rows.value.find((candidate) => candidate.uploadId === uploadId);
    if (row?.step.kind === 'reading') put({ ...row, step: { kind: 'reading', status } });
  };

  const send = async ({ key, name }: UploadRow, file: File): Promise<void> => {
    try {
      const upload = await sendBytes(api.uploadUrl(key, name), file, (doneBytes) =>
        setStep(key, { kind: 'sending', doneBytes }),
      );
      if (upload === null) drop((row) => row.key === key);
      else if (rows.value.find((row) => row.key === key)?.uploadId === null) put(rowOf(upload));
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

  const queue: UploadQueue = {
    rows,
    add(chosen) {
      void queue.dismiss(rows.value.filter(isGoodNews));
      for (const { name, file } of chosen) {
        const key = newRequestId();
        const reason = refuse(file);
        if (reason === undefined) files.set(key, file);
        const step = reason === undefined ? ({ kind: 'waiting' } as const) : ({ kind: 'refused', reason } as const);
        put({ key, uploadId: null, name, sizeBytes: file.size, step });
      }
      sendWaiting();
    },
    async dismiss(dismissed) {
      drop((row) => dismissed.includes(row));
      for (const { uploadId } of dismissed)
        if (uploadId !== null) await api.dismissUpload(uploadId).catch(() => undefined);
    },
    async refresh() {
      const uploads = await api.uploads();
      const keys = new Set(uploads.map(({ uploadId }) => keyOf(uploadId)));
      drop(({ uploadId, key }) => uploadId !== null && !keys.has(key));
      for (const upload of uploads) put(rowOf(upload));
    },
    apply(event) {
      if (event.type === 'upload') put(rowOf(event.upload));
      if (event.type === 'uploadRemoved') drop(({ uploadId }) => uploadId === event.uploadId);
      if (event.type === 'snapshot') {
        statuses.clear();
        for (const row of rows.value)
          if (row.step.kind === 'reading') put({ ...row, step: { kind: 'reading', status: null } });
        for (const { uploadId, status } of event.uploads) setStatus(uploadId, status);
      } else if (event.type === 'uploadStatus') setStatus(event.uploadId, event.status);
    },
  };
  return queue;
}

function isGoodNews({ step }: UploadRow): boolean {
  return step.kind === 'done' && step.message.kind !== 'error';
}

function keyOf(uploadId: string): string {
  return uploadId.slice(uploadId.indexOf('-') + 1);
}
