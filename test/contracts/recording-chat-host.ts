import type { ChatEvent } from '../../src/core/chat/chat-event.js';
import { type OutgoingMessage, notice } from '../../src/core/chat/outgoing-message.js';
import type { DocentError } from '../../src/core/errors.js';
import { creatorIdSchema } from '../../src/core/ids.js';
import type { ChatHost } from '../../src/core/ports/chat-adapter.js';

/** A host that keeps what it is given and answers nothing by itself. */
export interface RecordingChatHost extends ChatHost {
  /** Accepted and executed events, oldest first. */
  readonly events: ChatEvent[];
  /** Why the platform can no longer go on, oldest first. */
  readonly failures: DocentError[];
}

/** A host for adapters under test: a repeated event is a duplicate, commands end in a notice, nothing changes. */
export function createRecordingChatHost(overrides: Partial<ChatHost> = {}): RecordingChatHost {
  const events: ChatEvent[] = [];
  const failures: DocentError[] = [];
  return {
    events,
    failures,
    commands: [],
    acceptedExtensions: ['.pdf', '.txt'],
    maxUploadBytes: 1_000,
    defaultCreatorId: creatorIdSchema.parse('coach'),
    creators: async () => [],
    async accept(event) {
      if (events.some(({ id }) => id === event.id)) return 'duplicate';
      events.push(event);
      return 'accepted';
    },
    async execute(event): Promise<OutgoingMessage> {
      events.push(event);
      return notice('Done.');
    },
    suggest: async () => [],
    cancel: async () => 0,
    warn: async () => false,
    fail: (error) => void failures.push(error),
    transfer() {
      throw new Error('this host transfers nothing');
    },
    async *changes(signal) {
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve, { once: true });
      });
      yield* [];
    },
    ...overrides,
  };
}
