import { randomUUID } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import type { FeedEvent } from '../../src/adapters/web/page/wire.js';

/** What an open page does, without a browser: it speaks to the server as the page does. */
export interface PageClient {
  /** Everything that the page's stream has brought so far. */
  readonly events: readonly FeedEvent[];
  /** What became of each upload, in the order in which they were done. */
  outcomes(): string[];
  /** The final messages of the exchanges, in the order in which they came. */
  replies(): string[];
  /** What the thread's newest question was answered, as the transcript has it (a page that was cut off misses events); empty before it came. */
  replyIn(threadId: string): Promise<string>;
  /** Uploads a file and returns the response's status. */
  upload(name: string, content: string | Uint8Array): Promise<number>;
  /** Runs a command without inputs and returns the text of its reply. */
  run(command: string): Promise<string>;
  /** Asks in a thread of its own, and returns the thread's id. */
  ask(text: string): Promise<string>;
}

const transcriptSchema = z.object({
  exchanges: z.array(z.object({ reply: z.object({ text: z.string() }).nullish() })),
});

const messageSchema = z.object({ message: z.object({ text: z.string() }) });

/** Opens a page on a running Docent, in a creator's room, until the current test ends. */
export async function openPageClient(url: string, creator: string): Promise<PageClient> {
  const cookies = (await fetch(`${url}/api/session`)).headers.getSetCookie();
  const headers = { origin: url, cookie: cookies.map((cookie) => cookie.split(';')[0]).join('; ') };
  const room = `${url}/api/creators/${creator}`;
  const leaving = new AbortController();
  onTestFinished(() => leaving.abort());
  const { body } = await fetch(`${room}/events`, { headers, signal: leaving.signal });
  const events: FeedEvent[] = [];
  readEvents(body as unknown as AsyncIterable<Uint8Array>, events).catch(() => {});
  const send = async <Body>(path: string, json: unknown): Promise<Body> => {
    const init = { method: 'POST', headers: { ...headers, 'content-type': 'application/json' } };
    return (await (await fetch(`${room}${path}`, { ...init, body: JSON.stringify(json) })).json()) as Body;
  };
  return {
    events,
    outcomes: () => events.flatMap((event) => (event.type === 'upload' ? (event.upload.message?.text ?? []) : [])),
    replies: () => events.flatMap((event) => (event.type === 'exchange' ? (event.exchange.reply?.text ?? []) : [])),
    async replyIn(threadId) {
      const transcript = await fetch(`${room}/threads/${threadId}/exchanges`, { headers });
      return transcriptSchema.parse(await transcript.json()).exchanges.at(-1)?.reply?.text ?? '';
    },
    async upload(name, content) {
      const query = new URLSearchParams({ name, requestId: randomUUID() }).toString();
      return (await fetch(`${room}/uploads?${query}`, { method: 'POST', headers, body: content })).status;
    },
    async run(command) {
      return messageSchema.parse(await send(`/commands/${command}`, { input: {} })).message.text;
    },
    async ask(text) {
      const { thread } = await send<{ thread: { threadId: string } }>('/threads', {});
      await send(`/threads/${thread.threadId}/exchanges`, { requestId: randomUUID(), text });
      return thread.threadId;
    },
  };
}

async function readEvents(stream: AsyncIterable<Uint8Array>, events: FeedEvent[]): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of stream) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines)
      if (line.startsWith('data: ')) events.push(JSON.parse(line.slice('data: '.length)) as FeedEvent);
  }
}
