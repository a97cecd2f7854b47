import type { ChatAddress, ChatEvent } from '../../src/core/chat/chat-event.js';
import type { OutgoingMessage } from '../../src/core/chat/outgoing-message.js';
import type { ChatAdapter, ReplyStatus } from '../../src/core/ports/chat-adapter.js';

/** What became of an event's reply, as people see it. */
export interface ShownReply {
  /** How often it was opened: once a try. */
  opened: number;
  readonly statuses: ReplyStatus[];
  streamed: string;
  /** Every final message; a later one replaces the one before. */
  readonly finished: OutgoingMessage[];
}

/** A platform that keeps what it is told. */
export interface FakeChatAdapter extends ChatAdapter {
  /** By event id. */
  readonly replies: Map<string, ShownReply>;
  /** In the order in which they were finished. */
  readonly finishedEvents: string[];
  readonly posted: { readonly channelId: string; readonly message: OutgoingMessage; readonly key: string }[];
  /** Set by a test to make the platform fail. */
  onFinish: (event: ChatEvent) => void | Promise<void>;
  onPost: (address: ChatAddress) => void | Promise<void>;
  /** The bytes of posted files, by name. */
  readonly files: Map<string, string>;
}

export function createFakeChatAdapter(platform = 'test'): FakeChatAdapter {
  const adapter: FakeChatAdapter = {
    platform,
    replies: new Map(),
    finishedEvents: [],
    posted: [],
    files: new Map(),
    onFinish() {},
    onPost() {},
    async start() {},
    async stop() {},
    async openReply(event) {
      const shown = adapter.replies.get(event.id) ?? { opened: 0, statuses: [], streamed: '', finished: [] };
      shown.opened += 1;
      adapter.replies.set(event.id, shown);
      return {
        async status(status) {
          shown.statuses.push(status);
        },
        async append(text) {
          shown.streamed += text;
        },
        async finish(message) {
          await adapter.onFinish(event);
          shown.finished.push(message);
          adapter.finishedEvents.push(event.id);
          return { messageIds: [event.id] };
        },
      };
    },
    async post(address, message, { key }) {
      await adapter.onPost(address);
      adapter.posted.push({ channelId: address.channelId, message, key });
      return { messageIds: [key] };
    },
    async *download(_event, { name }) {
      yield new TextEncoder().encode(adapter.files.get(name) ?? '');
    },
    health: async () => ({ state: 'healthy', detail: 'It answers.' }),
  };
  return adapter;
}
