import { DocentError } from '../../core/errors.js';
import type { CreatorId } from '../../core/ids.js';
import type { Clock } from '../../core/ports/clock.js';
import type { FeedEvent } from './page/wire.js';

/** A sign of life on a quiet stream, so that both ends notice a dead connection. */
const HEARTBEAT_MS = 15_000;
/** Bytes a page may be behind; one that is further behind is cut off, comes back by itself and is told where things are. */
const MAX_BACKLOG_BYTES = 1_000_000;
const MAX_PAGES = 200;
/** Milliseconds after which a browser reconnects. */
const RETRY_MS = 1_000;

/** One stream of server-sent events for each open page. */
export interface Feed {
  /** Tells every page of the creator that is open here. */
  publish(creatorId: CreatorId, event: FeedEvent): void;
  /** Opens a page's stream, which begins with `first`, until the signal aborts. @throws DocentError `QUEUE_FULL` past 200 pages. */
  open(creatorId: CreatorId, first: FeedEvent, signal: AbortSignal): ReadableStream<Uint8Array>;
  /** Ends every stream; a page comes back by itself and reads everything again. */
  close(): void;
}

interface Page {
  readonly creatorId: CreatorId;
  send(text: string): void;
  /** Forgets the page, whose stream has ended. */
  leave(): void;
  end(): void;
}

/** The streams of this process, in memory: what matters is in the transcript, and a page that comes back reads it. */
export function createFeed(options: { readonly clock: Clock }): Feed {
  const { clock } = options;
  const pages = new Set<Page>();

  const join = (
    creatorId: CreatorId,
    controller: ReadableStreamDefaultController<Uint8Array>,
    signal: AbortSignal,
  ): Page => {
    const encoder = new TextEncoder();
    let stopHeartbeat = (): void => {};
    const page: Page = {
      creatorId,
      send(text) {
        controller.enqueue(encoder.encode(text));
        if ((controller.desiredSize ?? 0) <= 0) page.end();
      },
      leave() {
        pages.delete(page);
        stopHeartbeat();
        signal.removeEventListener('abort', page.end);
      },
      end() {
        if (!pages.has(page)) return;
        page.leave();
        controller.close();
      },
    };
    const beat = (): void => {
      stopHeartbeat = clock.after(HEARTBEAT_MS, () => {
        page.send(': still here\n\n');
        if (pages.has(page)) beat();
      });
    };
    pages.add(page);
    signal.addEventListener('abort', page.end, { once: true });
    beat();
    return page;
  };

  return {
    publish(creatorId, event) {
      const text = frame(event);
      for (const page of pages) if (page.creatorId === creatorId) page.send(text);
    },
    open(creatorId, first, signal) {
      if (pages.size >= MAX_PAGES)
        throw new DocentError('QUEUE_FULL', {
          userMessage: '200 pages are open already. Close one that is not needed.',
          retryable: true,
        });
      let page: Page | undefined;
      return new ReadableStream<Uint8Array>(
        {
          start(controller) {
            page = join(creatorId, controller, signal);
            page.send(`retry: ${RETRY_MS}\n${frame(first)}`);
            if (signal.aborted) page.end();
          },
          cancel: () => page?.leave(),
        },
        { highWaterMark: MAX_BACKLOG_BYTES, size: (bytes) => bytes.byteLength },
      );
    },
    close() {
      for (const page of pages) page.end();
    },
  };
}

function frame(event: FeedEvent): string {
  return `data: ${JSON.stringify(event)}\n\n`;
}
