import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import type { AttemptEnd, Transport } from './deliveries.js';
import { violate } from './method.js';
import type { World } from './state.js';
import type { Delivery } from './records.js';
import type { SocketConnections } from './surface.js';

/** Socket Mode: hands out addresses, takes connections, carries envelopes. */
export interface SocketHub extends Transport {
  readonly connections: SocketConnections;
  /** An address for one connection (`apps.connections.open`). */
  openUrl(): string;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): void;
}

interface Connection {
  readonly number: number;
  readonly socket: WebSocket;
  /** Envelopes that wait for their acknowledgement. */
  readonly waiting: Map<string, (end: AttemptEnd) => void>;
  /** A `disconnect` frame went out: nothing more is sent to it. */
  isLeaving: boolean;
}

const MAX_CONNECTIONS = 10;
const ENVELOPE_TYPE = { event: 'events_api', command: 'slash_commands', interaction: 'interactive' } as const;
const acknowledgement = z.strictObject({ envelope_id: z.string(), payload: z.unknown().optional() });

/** Each payload goes to one of the open connections, in turn. */
export function createSocketHub(world: World): SocketHub {
  const server = new WebSocketServer({ noServer: true });
  const tickets = new Set<string>();
  /** Every envelope that went out, so that a late acknowledgement is no violation. */
  const envelopes = new Map<string, Delivery>();
  const all: Connection[] = [];
  let turn = 0;

  const open = (): Connection[] =>
    all.filter(({ socket, isLeaving }) => socket.readyState === socket.OPEN && !isLeaving);

  const accept = (socket: WebSocket): void => {
    const connection: Connection = { number: all.length + 1, socket, waiting: new Map(), isLeaving: false };
    if (open().length >= MAX_CONNECTIONS) {
      send(socket, { type: 'disconnect', reason: 'too_many_websockets' });
      socket.close();
      return;
    }
    all.push(connection);
    socket.on('message', (data: Buffer) => acknowledge(connection, data.toString()));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      for (const end of connection.waiting.values()) end({ failure: 'connection_failed' });
      connection.waiting.clear();
    });
    send(socket, {
      type: 'hello',
      num_connections: open().length,
      debug_info: { host: 'stand-in', build_number: 1, approximate_connection_time: 18_060 },
      connection_info: { app_id: world.app.appId },
    });
  };

  const acknowledge = (connection: Connection, text: string): void => {
    const frame = acknowledgement.safeParse(jsonOr(text));
    const delivery = frame.success ? envelopes.get(frame.data.envelope_id) : undefined;
    if (!frame.success || delivery === undefined) return violate(world, 'socket', 'invalid_acknowledgement', [text]);
    const reply = emptied(frame.data.payload);
    if (reply !== undefined && delivery.kind === 'event') violate(world, 'socket', 'payload_not_accepted', [text]);
    connection.waiting.get(frame.data.envelope_id)?.({ reply });
    connection.waiting.delete(frame.data.envelope_id);
  };

  const chosen = (number: number | undefined): Connection[] =>
    open().filter((connection) => number === undefined || connection.number === number);

  return {
    connections: {
      get open() {
        return open().map(({ number }) => number);
      },
      refresh(reason = 'refresh_requested', number) {
        for (const connection of chosen(number)) {
          connection.isLeaving = reason !== 'warning';
          send(connection.socket, { type: 'disconnect', reason, debug_info: { host: 'stand-in' } });
        }
      },
      cut(number) {
        for (const { socket } of chosen(number)) socket.terminate();
      },
    },
    openUrl() {
      const ticket = randomUUID();
      tickets.add(ticket);
      return `${world.url.replace(/^http/, 'ws')}/link/?ticket=${ticket}&app_id=${world.app.appId}`;
    },
    upgrade(request, socket, head) {
      const ticket = new URL(request.url ?? '/', world.url).searchParams.get('ticket') ?? '';
      if (!tickets.delete(ticket)) return void socket.end('HTTP/1.1 401 Unauthorized\r\nconnection: close\r\n\r\n');
      server.handleUpgrade(request, socket, head, accept);
    },
    via() {
      const connections = open();
      turn += 1;
      return connections[turn % Math.max(1, connections.length)]?.number ?? 0;
    },
    send: (delivery, attempt) =>
      new Promise((resolve) => {
        const connection = open().find(({ number }) => number === attempt.via);
        if (connection === undefined) {
          resolve({ failure: 'connection_failed' });
          return;
        }
        const id = randomUUID();
        envelopes.set(id, delivery);
        connection.waiting.set(id, resolve);
        send(connection.socket, {
          envelope_id: id,
          type: ENVELOPE_TYPE[delivery.kind],
          payload: delivery.body,
          accepts_response_payload: delivery.kind !== 'event',
          ...(delivery.kind === 'event'
            ? { retry_attempt: attempt.retryNumber, retry_reason: attempt.retryReason ?? '' }
            : {}),
        });
      }),
    close() {
      for (const { socket } of all) socket.terminate();
      server.close();
    },
  };
}

function send(socket: WebSocket, frame: object): void {
  socket.send(JSON.stringify(frame));
}

/** Bolt acknowledges with an empty object where it has nothing to say. */
function emptied(payload: unknown): unknown {
  return typeof payload === 'object' && payload !== null && Object.keys(payload).length === 0 ? undefined : payload;
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
