import { randomUUID } from 'node:crypto';
import type { Exchange, Thread } from '../../../src/adapters/web/page/wire.js';
import type { ChatEvent } from '../../../src/core/chat/chat-event.js';
import type { OutgoingMessage } from '../../../src/core/chat/outgoing-message.js';
import type { Reply } from '../../../src/core/ports/chat-adapter.js';
import type { Browser, OpenedWeb } from './open-web.js';

/** The default creator's room. */
export const room = '/api/creators/coach';

/** Makes a thread and returns its id. */
export async function newThread(browser: Browser): Promise<string> {
  return (await browser.send<{ thread: Thread }>('POST', `${room}/threads`, {})).thread.threadId;
}

/** Asks in a thread and returns the exchange. */
export async function ask(
  browser: Browser,
  threadId: string,
  text: string,
  requestId: string = randomUUID(),
): Promise<Exchange> {
  const path = `${room}/threads/${threadId}/exchanges`;
  return (await browser.send<{ exchange: Exchange }>('POST', path, { requestId, text })).exchange;
}

/** What was said in a thread, oldest first. */
export async function said(browser: Browser, threadId: string): Promise<Exchange[]> {
  return (await browser.send<{ exchanges: Exchange[] }>('GET', `${room}/threads/${threadId}/exchanges`)).exchanges;
}

/** The newest event that the host was given. */
export function lastEvent(web: OpenedWeb): ChatEvent {
  const event = web.host.events.at(-1);
  if (event === undefined) throw new Error('the host was given no event');
  return event;
}

/** Opens the reply to the newest event. */
export function openReply(web: OpenedWeb): Promise<Reply> {
  return web.adapter.openReply(lastEvent(web), new AbortController().signal);
}

/** An answer with a source, as the core gives it. */
export function answerOf(text: string, answerId = 'a'.repeat(32)): OutgoingMessage {
  return {
    kind: 'answer',
    text,
    sources: [{ number: 1, documentName: 'handbook.pdf', headingPath: ['Leave'], page: 12 }],
    actions: [],
    confidence: 0.8,
    answerId: answerId as NonNullable<OutgoingMessage['answerId']>,
  };
}
