import { randomUUID } from 'node:crypto';
import type { CreatorId } from '../../core/ids.js';
import type { ReplyStatus } from '../../core/ports/chat-adapter.js';
import type { Clock } from '../../core/ports/clock.js';
import { MAX_TEXT, type TellPages } from './news.js';

/** How long text and status gather before pages are told. */
const GATHER_MS = 50;

/** A reply or an upload's progress while it is being made. */
export interface LiveProgress {
  status(status: ReplyStatus): void;
  append(text: string): void;
  /** Nothing more is shown; called once the outcome is kept. */
  end(): void;
}

/** What this process makes right now, told to the pages of all. */
export interface Live {
  /** Begins a reply, or begins it again: what was streamed before no longer counts. */
  openReply(creatorId: CreatorId, place: { readonly threadId: string; readonly exchangeId: string }): LiveProgress;
  openUpload(creatorId: CreatorId, uploadId: string): LiveProgress;
}

/** Gathers what a reply streams, so that pages are told 20 times a second at the most. */
export function createLive({ tell, clock }: { readonly tell: TellPages; readonly clock: Clock }): Live {
  return {
    openReply(creatorId, place) {
      const run = randomUUID();
      tell(creatorId, { type: 'reply', ...place, run });
      return gather(clock, {
        status: (status) => tell(creatorId, { type: 'status', ...place, run, status }),
        text: (offset, text) => tell(creatorId, { type: 'delta', ...place, run, offset, text }),
      });
    },
    openUpload: (creatorId, uploadId) =>
      gather(clock, { status: (status) => tell(creatorId, { type: 'uploadStatus', uploadId, status }), text() {} }),
  };
}

function gather(
  clock: Clock,
  told: { status(status: ReplyStatus): void; text(offset: number, text: string): void },
): LiveProgress {
  let newStatus: ReplyStatus | undefined;
  let newText = '';
  let toldCharacters = 0;
  let cancelFlush: (() => void) | undefined;

  const flush = (): void => {
    cancelFlush = undefined;
    if (newStatus !== undefined) told.status(newStatus);
    for (let from = 0; from < newText.length; from += MAX_TEXT)
      told.text(toldCharacters + from, newText.slice(from, from + MAX_TEXT));
    toldCharacters += newText.length;
    newText = '';
    newStatus = undefined;
  };
  const flushSoon = (): void => {
    cancelFlush ??= clock.after(GATHER_MS, flush);
  };

  return {
    status(status) {
      newStatus = status;
      flushSoon();
    },
    append(text) {
      newText += text;
      flushSoon();
    },
    end: () => cancelFlush?.(),
  };
}
