import type { RoomApi } from './api.js';
import { type Cell, cell } from './cell.js';
import { read } from './json.js';
import { withoutMarkup } from './markdown.js';
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

/** One page of the documents. */
export interface DocumentListState {
  readonly phase: 'loading' | 'ready' | 'failed';
  /** Those of the page. */
  readonly documents: readonly DocumentRow[];
  /** Of all pages. */
  readonly total: number;
  /** From 1. */
  readonly page: number;
  readonly pages: number;
  readonly problem: string;
}

/** A creator's documents by name, a page at a time, read again when the feed says that one changed. */
export interface DocumentList {
  readonly state: Cell<DocumentListState>;
  refresh(): Promise<void>;
  turnTo(page: number): Promise<void>;
  apply(event: FeedEvent): void;
}

/** Changes come in bursts while vectors are made. */
const GATHER_MS = 500;

/** The list over the command `documents`; read first by `refresh`. */
export function createDocumentList(api: RoomApi): DocumentList {
  const state = cell<DocumentListState>({ phase: 'loading', documents: [], total: 0, page: 1, pages: 1, problem: '' });
  let page = 1;
  let timer: number | undefined;

  const refresh = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    try {
      const message = await api.run('documents', { page });
      if (message.kind === 'error') throw new Error(withoutMarkup(message.text));
      const data = read.fields(message.data);
      page = Math.max(1, read.number(data['page']));
      const pages = Math.max(1, read.number(data['pages']));
      const documents = read.list(data['documents']).map(documentRow);
      state.set({ phase: 'ready', documents, total: read.number(data['total']), page, pages, problem: '' });
    } catch (error) {
      state.set({ ...state.value, phase: 'failed', problem: (error as Error).message });
    }
  };

  return {
    state,
    refresh,
    async turnTo(wanted) {
      page = wanted;
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
