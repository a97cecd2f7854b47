import { type Cell, cell } from './cell.js';
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

/** The rows of all uploads, as the server and this page know them. */
export interface UploadRows {
  readonly rows: Cell<readonly UploadRow[]>;
  /** Adds a row, or replaces the one of its key. */
  put(row: UploadRow): void;
  /** Changes the step of a row that the server does not have yet: what the feed has told is newer. */
  setStep(key: string, step: UploadRow['step']): void;
  /** Takes in an upload as the server has it. */
  take(upload: Upload): void;
  /** Takes in all uploads that the server has. */
  takeAll(uploads: readonly Upload[]): void;
  drop(isDropped: (row: UploadRow) => boolean): void;
  apply(event: FeedEvent): void;
}

/** No rows at first. */
export function createUploadRows(): UploadRows {
  const rows = cell<readonly UploadRow[]>([]);
  const statuses = new Map<string, Status>();

  const put: UploadRows['put'] = (row) => {
    const isKnown = rows.value.some(({ key }) => key === row.key);
    rows.set(isKnown ? rows.value.map((other) => (other.key === row.key ? row : other)) : [...rows.value, row]);
  };
  const drop: UploadRows['drop'] = (isDropped) => rows.set(rows.value.filter((row) => !isDropped(row)));
  const take: UploadRows['take'] = ({ uploadId, name, sizeBytes, message }) => {
    const status = statuses.get(uploadId) ?? null;
    const step = message === null ? ({ kind: 'reading', status } as const) : ({ kind: 'done', message } as const);
    put({ key: keyOf(uploadId), uploadId, name, sizeBytes, step });
  };
  const showStatus = (uploadId: string, status: Status | null): void => {
    const row = rows.value.find((candidate) => candidate.uploadId === uploadId);
    if (row?.step.kind === 'reading') put({ ...row, step: { kind: 'reading', status } });
  };
  const startAfresh = (news: readonly { readonly uploadId: string; readonly status: Status }[]): void => {
    statuses.clear();
    for (const { uploadId, status } of news) statuses.set(uploadId, status);
    for (const { uploadId } of rows.value) if (uploadId !== null) showStatus(uploadId, statuses.get(uploadId) ?? null);
  };

  return {
    rows,
    put,
    drop,
    take,
    setStep(key, step) {
      const row = rows.value.find((candidate) => candidate.key === key);
      if (row?.uploadId === null) put({ ...row, step });
    },
    takeAll(uploads) {
      const keys = new Set(uploads.map(({ uploadId }) => keyOf(uploadId)));
      drop(({ uploadId, key }) => uploadId !== null && !keys.has(key));
      for (const upload of uploads) take(upload);
    },
    apply(event) {
      if (event.type === 'upload') take(event.upload);
      else if (event.type === 'uploadRemoved') drop(({ uploadId }) => uploadId === event.uploadId);
      else if (event.type === 'snapshot') startAfresh(event.uploads);
      else if (event.type === 'uploadStatus') {
        statuses.set(event.uploadId, event.status);
        showStatus(event.uploadId, event.status);
      }
    },
  };
}

function keyOf(uploadId: string): string {
  return uploadId.slice(uploadId.indexOf('-') + 1);
}
