import type { RoomApi } from './api.js';
import { type Cell, cell } from './cell.js';
import { read } from './json.js';
import type { FeedEvent, Json } from './wire.js';

/** A document as its row shows it. */
export interface DocumentRow {
  readonly documentId: string;
  readonly name: string;
  readonly status: 'queued' | 'reading' | 'learning' | 'ready' | 'failed';
  /** How many are before it, while it waits. */
  readonly position: number | null;
  readonly sizeBytes: number | null;
  readonly pageCount: number | null;
  readonly passageCount: number;
  readonly learnedCount: number;
  readonly skipped: readonly string[];
  /** Why the newest upload could not be read. */
  readonly failure: string | null;
  readonly updatedAt: number;
  /** Whether there is a version that answers come from. */
  readonly isAnswerable: boolean;
}

export interface DocumentListState {
  readonly phase: 'loading' | 'ready' | 'failed';
  readonly documents: readonly DocumentRow[];
  readonly total: number;
  readonly hasMore: boolean;
  readonly problem: string;
}

/** A creator's documents, a page at a time, read again when the feed says that one changed. */
export interface DocumentList {
  readonly state: Cell<DocumentListState>;
  refresh(): Promise<void>;
  more(): Promise<void>;
  apply(event: FeedEvent): void;
}

const PAGE = 50;
/** Changes come in bursts while vectors are made. */
const GATHER_MS = 500;

export function createDocumentList(api: RoomApi): DocumentList {
  const state = cell<DocumentListState>({ phase: 'loading', documents: [], total: 0, hasMore: false, problem: '' });
  let limit = PAGE;
  let timer: number | undefined;

  const refresh = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    try {
      const message = await api.run('documents', { limit });
      if (message.kind === 'error') throw new Error(message.text);
      const data = read.fields(message.data);
      const documents = read.list(data['documents']).map(documentRow);
      const total = Math.max(read.number(data['total']), documents.length);
      state.set({ phase: 'ready', documents, total, hasMore: total > documents.length, problem: '' });
    } catch (error) {
      state.set({ ...state.value, phase: 'failed', problem: (error as Error).message });
    }
  };

  return {
    state,
    refresh,
    async more() {
      limit += PAGE;
      await refresh();
    },
    apply(event) {
      if (event.type === 'change' && event.kind === 'document') timer ??= setTimeout(() => void refresh(), GATHER_MS);
    },
  };
}

function documentRow(value: Json): DocumentRow {
  const record = read.fields(value);
  const active = read.fields(record['active']);
  return {
    documentId: read.text(record['documentId']),
    name: read.text(record['name']),
    status: read.text(record['status']) as DocumentRow['status'],
    position: read.numberOrNull(record['position']),
    sizeBytes: read.numberOrNull(active['sizeBytes']),
    pageCount: read.numberOrNull(active['pageCount']),
    passageCount: read.number(active['chunkCount']),
    learnedCount: read.number(active['embeddedCount']),
    skipped: read.list(active['skipped']).map((note) => read.text(note)),
    failure: read.text(read.fields(record['failure'])['userMessage']) || null,
    updatedAt: read.number(record['updatedAt']),
    isAnswerable: record['active'] !== null,
  };
}
