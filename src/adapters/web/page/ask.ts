import { newRequestId } from './request-id.js';
import type { Room } from './room.js';
import { go } from './route.js';
import type { Written } from './written.js';

/**
 * Sends what was written into the open thread, or into a new one. What failed and is sent again keeps its thread and
 * its request's id, so that it is never asked twice.
 */
export function createAsk(room: Room): (written: Written) => Promise<void> {
  let unsent: { readonly words: string; readonly requestId: string; readonly threadId: string | undefined } | undefined;

  return async (written) => {
    const words = JSON.stringify(written);
    const openThreadId = room.talk.state.value.threadId;
    const again = unsent?.words === words ? unsent : undefined;
    const requestId = again?.requestId ?? newRequestId();
    unsent = { words, requestId, threadId: again?.threadId };
    const threadId = openThreadId ?? again?.threadId ?? (await room.api.createThread()).threadId;
    unsent = { words, requestId, threadId };
    const { exchange } = await room.api.ask(threadId, { requestId, ...written });
    unsent = undefined;
    if (openThreadId === null) go(room.creatorId, threadId);
    else if (exchange !== null) room.talk.apply({ type: 'exchange', exchange });
  };
}
