import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { type Server, type Socket, createServer } from 'node:net';
import { DocentError } from '../../core/errors.js';
import type { EventId } from '../../core/ids.js';
import type { BlobStore } from '../../core/ports/blob-store.js';
import type { ChatAdapter, ChatHost, Reply } from '../../core/ports/chat-adapter.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Coordinator } from '../../core/ports/coordinator.js';
import type { Logger } from '../../core/ports/logger.js';
import { unseenReply } from '../../core/chat/guarded-reply.js';
import { PLATFORM, serveConnection } from './connection.js';

/** Commands that may run at once; each is one connection. */
const MAX_CONNECTIONS = 32;

/** What a terminal adapter is made with. */
export interface TerminalAdapterOptions {
  /** Where to listen; a socket that is there is a dead process's, because the data folder has one owner. */
  readonly socketPath: string;
  readonly blobs: BlobStore;
  readonly coordinator: Pick<Coordinator, 'status'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Terminals of this machine as a chat platform. Each `docent` command connects to a socket that only the data folder's
 * user can open. Files come over it as bytes rather than as paths: the client proves that it may read them, and they
 * arrive also where the two run as different users or in different containers. Commands run in the process that the
 * socket belongs to, whatever its role; only the jobs they start may be done by another.
 */
export function createTerminalAdapter({
  socketPath,
  blobs,
  coordinator,
  clock,
  logger,
}: TerminalAdapterOptions): ChatAdapter {
  const replies = new Map<EventId, Reply>();
  const connections = new Set<Socket>();
  const serving = new Set<Promise<void>>();
  let server: Server | undefined;

  const serve = (socket: Socket, host: ChatHost): void => {
    connections.add(socket);
    const served = serveConnection(socket, { host, blobs, coordinator, clock, replies }).finally(() =>
      serving.delete(served),
    );
    serving.add(served);
    socket.once('close', () => connections.delete(socket));
  };

  return {
    platform: PLATFORM,
    isForOperators: true,
    async start(host) {
      const created = createServer((socket) => serve(socket, host));
      created.maxConnections = MAX_CONNECTIONS;
      try {
        await rm(socketPath, { force: true });
        await listen(created, socketPath);
        server = created;
      } catch (error) {
        // A disk without sockets is no reason to keep the page and the other platforms from their work.
        logger.warn('terminal.not-listening', { socketPath }, error);
      }
    },
    openReply: async (event) => replies.get(event.id) ?? unseenReply,
    async post() {
      throw new DocentError('COMMAND_INPUT', {
        userMessage:
          'A terminal is not there to be posted to. Choose a channel of another platform, or the page, as the admin channel.',
      });
    },
    // oxlint-disable-next-line require-yield -- the bytes of a file are kept before its event is made
    async *download(_event, attachment) {
      throw new DocentError('DOWNLOAD_FAILED', {
        userMessage: `A terminal keeps no file called ${attachment.name}. Run docent ingest on it again.`,
      });
    },
    async health() {
      if (server?.listening === true) return { state: 'healthy', detail: `Terminals reach it at ${socketPath}.` };
      return {
        state: 'degraded',
        detail: `Terminals cannot reach it: nothing listens at ${socketPath}.`,
        fix: 'Put the data folder on a local disk that allows sockets, then restart Docent. Until then use the page.',
      };
    },
    async stop() {
      for (const socket of connections) socket.destroy();
      if (server?.listening === true) await once(server.close(), 'close');
      await Promise.allSettled(serving);
    },
  };
}

/** Listens where nobody but the user can connect, from the first moment on. */
async function listen(server: Server, socketPath: string): Promise<void> {
  const listening = once(server, 'listening');
  const mask = process.umask(0o177);
  try {
    // Binds before it returns; only the event comes later.
    server.listen(socketPath);
  } finally {
    process.umask(mask);
  }
  await listening;
}
