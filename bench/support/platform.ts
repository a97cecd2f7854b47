import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { ChatEvent } from '../../src/core/chat/chat-event.js';
import type { OutgoingMessage } from '../../src/core/chat/outgoing-message.js';
import { type Plugin, definePlugin } from '../../src/core/plugin.js';
import type { ChatAdapter, ChatHost, ReplyStatus } from '../../src/core/ports/chat-adapter.js';

/** What became of an event; times in milliseconds by the process's own clock. */
export interface Settled {
  readonly message: OutgoingMessage;
  readonly postedAtMs: number;
  /** When the first streamed text was shown. */
  readonly firstTextAtMs: number | undefined;
  readonly finishedAtMs: number;
}

/** A chat platform that takes no time. */
export interface Platform {
  readonly plugin: Plugin;
  /** Brings an event; resolves when its final message is there. `onStatus` sees what the reply shows meanwhile. */
  post(event: ChatEvent, onStatus?: (status: ReplyStatus) => void): Promise<Settled>;
}

/** The platform's name, in every address. */
export const PLATFORM = 'bench';

interface Posted {
  readonly postedAtMs: number;
  firstTextAtMs: number | undefined;
  onStatus(status: ReplyStatus): void;
  settle(settled: Settled): void;
}

/** A platform within this process; attachments are files of this machine, whose path is the reference. */
export function createPlatform(): Platform {
  const posted = new Map<string, Posted>();
  let host: ChatHost | undefined;

  const adapter: ChatAdapter = {
    platform: PLATFORM,
    async start(given) {
      host = given;
    },
    async stop() {},
    async openReply({ id }) {
      return {
        async status(status) {
          posted.get(id)?.onStatus(status);
        },
        async append() {
          const open = posted.get(id);
          if (open !== undefined) open.firstTextAtMs ??= performance.now();
        },
        async finish(message) {
          const finishedAtMs = performance.now();
          const open = posted.get(id);
          posted.delete(id);
          open?.settle({ message, postedAtMs: open.postedAtMs, firstTextAtMs: open.firstTextAtMs, finishedAtMs });
          return { messageIds: [id] };
        },
      };
    },
    post: async (_address, _message, { key }) => ({ messageIds: [key] }),
    async *download(_event, { reference }) {
      yield await readFile(z.string().parse(reference));
    },
    health: async () => ({ state: 'healthy', detail: 'It answers.' }),
  };

  return {
    plugin: definePlugin({
      name: PLATFORM,
      description: 'Brings the questions of the benchmarks.',
      platforms: [PLATFORM],
      create: () => ({ chatAdapters: [adapter] }),
    }),
    async post(event, onStatus = () => {}) {
      const settled = new Promise<Settled>((settle) => {
        posted.set(event.id, { postedAtMs: performance.now(), firstTextAtMs: undefined, onStatus, settle });
      });
      const outcome = await host?.accept(event);
      if (outcome !== 'accepted') throw new Error(`the event ${event.id} was not accepted: ${outcome ?? 'no host'}`);
      return settled;
    },
  };
}
