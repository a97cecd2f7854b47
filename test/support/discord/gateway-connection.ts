import { GatewayIntentBits, GatewayOpcodes } from 'discord.js';
import type { RawData, WebSocket } from 'ws';
import { z } from 'zod';
import type { SentEvent, Session } from './gateway-session.js';

/** What the protocol of one connection asks of the gateway. */
export interface ConnectionHost {
  readonly heartbeatIntervalMs: number;
  /** Bit field of the privileged intents that the app may use. */
  readonly privilegedIntents: number;
  isAlive(): boolean;
  isToken(token: string): boolean;
  /** How many dispatches that were seen are sent again on a RESUME. */
  repeatedAfterResume(): number;
  guildsOfShard(shard: readonly [number, number]): number;
  /** Begins a session, unless another one began too shortly before. */
  begin(shard: readonly [number, number], intents: number): Session | undefined;
  find(sessionId: string): Session | undefined;
  resumed(): void;
  forget(session: Session): void;
  /** The session's first dispatches. */
  greet(session: Session): void;
  violation(code: number, reason: string): void;
}

/** A connection of a client. */
export interface Connection {
  readonly session: Session | undefined;
  send(op: GatewayOpcodes, data: unknown): void;
  close(code: number, reason: string): void;
  /** Tells the client that its session is invalid; it may resume or identify on this connection. */
  invalidate(isResumable: boolean): void;
  /** Ends it without a close frame. */
  cut(): void;
}

/** What the server closes with (topics/opcodes-and-status-codes, Gateway Close Event Codes). */
const closeReasons = {
  4001: 'Unknown opcode.',
  4002: 'Error while decoding payload.',
  4003: 'Not authenticated.',
  4004: 'Authentication failed.',
  4005: 'Already authenticated.',
  4007: 'Invalid seq.',
  4008: 'Rate limited.',
  4009: 'Session timed out.',
  4010: 'Invalid shard.',
  4011: 'Sharding required.',
  4013: 'Invalid intent(s).',
  4014: 'Disallowed intent(s).',
} as const;
type CloseCode = keyof typeof closeReasons;

/** After these the session is gone; after the others it can be resumed. */
const ENDS_SESSION = new Set([1000, 1001, 4004, 4007, 4009, 4010, 4011, 4012, 4013, 4014]);

/** Heartbeats that may be missing; Discord does not say how many. Generous, for clients on a busy machine. */
const HEARTBEATS_MISSED = 10;
const MAX_PAYLOAD_BYTES = 4_096;
const MAX_SENDS = 120;
const SENDS_WINDOW_MS = 60_000;
const MAX_GUILDS_OF_SHARD = 2_500;
const ALL_INTENTS = Object.values(GatewayIntentBits).reduce<number>(
  (all, bit) => (typeof bit === 'number' ? all | bit : all),
  0,
);
const PRIVILEGED = GatewayIntentBits.GuildMembers | GatewayIntentBits.GuildPresences | GatewayIntentBits.MessageContent;

const frameSchema = z.object({ op: z.int(), d: z.unknown() });
const identifySchema = z.object({
  token: z.string(),
  properties: z.object({ os: z.string(), browser: z.string(), device: z.string() }),
  intents: z.int(),
  shard: z.tuple([z.int(), z.int()]).optional(),
  large_threshold: z.int().min(50).max(250).optional(),
});
const resumeSchema = z.object({ token: z.string(), session_id: z.string(), seq: z.int() });

/** Speaks the gateway's protocol on a socket that has just opened (events/gateway, Connections). */
export function openConnection(socket: WebSocket, host: ConnectionHost): Connection {
  let session: Session | undefined;
  let sentAtMs: number[] = [];
  let overdue: NodeJS.Timeout | undefined;
  let isClosing = false;

  const send = (op: GatewayOpcodes, data: unknown, event?: SentEvent): void => {
    if (host.isAlive()) socket.send(JSON.stringify({ op, d: data, s: event?.s ?? null, t: event?.t ?? null }));
  };
  const close = (code: CloseCode): void => {
    isClosing = true;
    host.violation(code, closeReasons[code]);
    socket.close(code, closeReasons[code]);
    endSession(code);
  };
  const endSession = (code: number): void => {
    if (session === undefined) return;
    session.send = undefined;
    if (ENDS_SESSION.has(code)) host.forget(session);
    session = undefined;
  };
  const awaitHeartbeat = (): void => {
    clearTimeout(overdue);
    overdue = setTimeout(() => {
      // A server that hears nothing because it is dead does not close either.
      if (host.isAlive()) close(4009);
    }, host.heartbeatIntervalMs * HEARTBEATS_MISSED).unref();
  };
  const attach = (to: Session): void => {
    session = to;
    to.send = (event) => send(GatewayOpcodes.Dispatch, event.d, event);
  };

  const identify = (data: unknown): void => {
    const asked = identifySchema.safeParse(data);
    if (!asked.success) return close(4002);
    const { token, intents, shard = [0, 1] as const } = asked.data;
    const refusal = refusalOf(host, token, intents, shard);
    if (refusal !== undefined) return close(refusal);
    const begun = host.begin(shard, intents);
    if (begun === undefined) return send(GatewayOpcodes.InvalidSession, false);
    attach(begun);
    host.greet(begun);
  };

  const resume = (data: unknown): void => {
    const asked = resumeSchema.safeParse(data);
    if (!asked.success) return close(4002);
    const { token, session_id: id, seq } = asked.data;
    if (!host.isToken(token)) return close(4004);
    const known = host.find(id);
    if (known === undefined) return send(GatewayOpcodes.InvalidSession, false);
    if (seq > known.sequence) return close(4007);
    host.resumed();
    attach(known);
    const missed = known.events.filter(({ s }) => s > seq - host.repeatedAfterResume());
    for (const event of missed) send(GatewayOpcodes.Dispatch, event.d, event);
    known.add('RESUMED', { _trace: [] });
  };

  const receive = (raw: RawData): void => {
    if (isClosing || !host.isAlive()) return;
    const text = textOf(raw);
    const now = performance.now();
    sentAtMs = [...sentAtMs.filter((at) => now - at < SENDS_WINDOW_MS), now];
    if (sentAtMs.length > MAX_SENDS) return close(4008);
    const frame = Buffer.byteLength(text) > MAX_PAYLOAD_BYTES ? undefined : frameOf(text);
    if (frame === undefined) return close(4002);
    switch (frame.op) {
      case Number(GatewayOpcodes.Heartbeat):
        awaitHeartbeat();
        return send(GatewayOpcodes.HeartbeatAck, null);
      case Number(GatewayOpcodes.Identify):
        return session === undefined ? identify(frame.d) : close(4005);
      case Number(GatewayOpcodes.Resume):
        return session === undefined ? resume(frame.d) : close(4005);
      case Number(GatewayOpcodes.PresenceUpdate):
        return session === undefined ? close(4003) : undefined;
      default:
        return close(session === undefined ? 4003 : 4001);
    }
  };

  socket.on('message', receive);
  socket.on('close', (code) => {
    clearTimeout(overdue);
    endSession(code);
  });
  socket.on('error', () => socket.terminate());
  awaitHeartbeat();
  send(GatewayOpcodes.Hello, { heartbeat_interval: host.heartbeatIntervalMs, _trace: [] });
  return {
    get session() {
      return session;
    },
    send,
    close(code, reason) {
      socket.close(code, reason);
      endSession(code);
    },
    invalidate(isResumable) {
      send(GatewayOpcodes.InvalidSession, isResumable);
      endSession(isResumable ? 4_000 : 4_009);
    },
    cut() {
      socket.terminate();
      endSession(1006);
    },
  };
}

function refusalOf(
  host: ConnectionHost,
  token: string,
  intents: number,
  shard: readonly [number, number],
): CloseCode | undefined {
  if (!host.isToken(token)) return 4004;
  const [index, count] = shard;
  if (count < 1 || index < 0 || index >= count) return 4010;
  if ((intents & ~ALL_INTENTS) !== 0 || intents < 0) return 4013;
  if ((intents & PRIVILEGED & ~host.privilegedIntents) !== 0) return 4014;
  return host.guildsOfShard(shard) > MAX_GUILDS_OF_SHARD ? 4011 : undefined;
}

function textOf(raw: RawData): string {
  if (Array.isArray(raw)) return Buffer.concat(raw).toString();
  return Buffer.from(raw as ArrayBuffer).toString();
}

function frameOf(text: string): z.infer<typeof frameSchema> | undefined {
  try {
    return frameSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
