import { type RoomApi, roomApi } from './api.js';
import { type Cell, cell } from './cell.js';
import { type DocumentList, createDocumentList } from './document-list.js';
import { followFeed } from './feed.js';
import { type Talk, createTalk } from './talk.js';
import { type ThreadList, createThreadList } from './thread-list.js';
import { type UploadQueue, createUploadQueue } from './upload-queue.js';
import type { FeedEvent } from './wire.js';

/** One creator's room as the page sees it. */
export interface Room {
  readonly creatorId: string;
  readonly api: RoomApi;
  readonly threads: ThreadList;
  readonly talk: Talk;
  readonly documents: DocumentList;
  readonly uploads: UploadQueue;
  /** Whether the server can be heard. */
  readonly isAway: Cell<boolean>;
  /** Calls the listener for each event, after the lists have taken it in. */
  onEvent(listener: (event: FeedEvent) => void): void;
  close(): void;
}

/** Opens a creator's room: everything is read once the feed has begun, so that nothing falls between the two. */
export function openRoom(creatorId: string, refuseFile: (file: File) => string | undefined): Room {
  const api = roomApi(creatorId);
  const threads = createThreadList(api);
  const talk = createTalk(api);
  const documents = createDocumentList(api);
  const uploads = createUploadQueue(api, refuseFile);
  const isAway = cell(false);
  const listeners = new Set<(event: FeedEvent) => void>();

  const readAll = (): void => {
    // What fails here is read again with the next connection.
    void Promise.allSettled([threads.refresh(), talk.refresh(), documents.refresh(), uploads.refresh()]);
  };
  const close = followFeed(api.eventsUrl, {
    event(event) {
      isAway.set(false);
      for (const model of [threads, talk, documents, uploads]) model.apply(event);
      if (event.type === 'snapshot' || event.type === 'erased') readAll();
      for (const listener of listeners) listener(event);
    },
    away: () => isAway.set(true),
  });
  return {
    creatorId,
    api,
    threads,
    talk,
    documents,
    uploads,
    isAway,
    onEvent: (listener) => listeners.add(listener),
    close,
  };
}
