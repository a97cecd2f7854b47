import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { GatewayIntentBits, GatewayOpcodes } from 'discord.js';
import { WebSocketServer } from 'ws';
import { type Connection, type ConnectionHost, openConnection } from './gateway-connection.js';
import { type Session, createSession, isTold } from './gateway-session.js';
import { guildPayload } from './payloads.js';
import { shardOf } from './snowflake.js';
import type { Dispatch, World } from './state.js';
import type { Guild } from './world.js';

/** A session of the gateway, as a test sees it. */
export interface SessionView {
  readonly id: string;
  readonly shard: readonly [number, number];
  /** Bit field. */
  readonly intents: number;
  readonly isConnected: boolean;
}

/** What a test can see and do at the gateway. All sessions are meant unless a shard is named. */
export interface Gateway {
  readonly sessions: readonly SessionView[];
  /** How often a session was begun, and resumed. */
  readonly identifies: number;
  readonly resumes: number;
  /**
   * False: heartbeats get no ACK and nothing is sent, as on a dead connection. Default true. What is still connected when it
   * becomes true again is cut.
   */
  isAlive: boolean;
  /** True: no connection is taken. Default false. */
  isDown: boolean;
  /** How many were not taken. */
  readonly refusals: number;
  /** How many dispatches that the client has already seen are sent once more after a RESUME. Default 0. */
  repeatedAfterResume: number;
  /** Op 7: asks to reconnect and resume. */
  requestReconnect(shard?: number): void;
  /** Op 9: the session is invalid; a resumable one stays known. */
  invalidateSession(isResumable: boolean, shard?: number): void;
  /** Closes with a code such as 4000. */
  closeConnections(code: number, shard?: number): void;
  /** Cuts the connections without a word. The sessions stay resumable. */
  cutConnections(shard?: number): void;
  /** Sends the last dispatches of a type once more, with the same data, as new ones. */
  repeatLast(type: string): void;
}

/** What the gateway is made with. */
export interface GatewayOptions {
  readonly world: World;
  readonly maxConcurrency: number;
  readonly startIntervalMs: number;
  readonly heartbeatIntervalMs: number;
  readonly privilegedIntents: number;
  readonly isToken: (token: string) => boolean;
  /** Where a session is to be resumed. */
  readonly resumeUrl: () => string;
}

/** The gateway behind what a test sees of it. */
export interface GatewayServer extends Gateway {
  dispatch(event: Dispatch): void;
  /** Takes over a request for a WebSocket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Sessions that may still begin today. */
  readonly remainingStarts: number;
  close(): void;
}

/** Sessions that may begin in a day, and the time between two of one rate limit key (events/gateway, Rate Limiting). */
const STARTS_A_DAY = 1_000;
const API_VERSION = '10';

/** Starts a gateway for the connections that are handed to it. */
export function createGateway(options: GatewayOptions): GatewayServer {
  const { world } = options;
  const sockets = new WebSocketServer({ noServer: true });
  const sessions = new Map<string, Session>();
  const connections = new Set<Connection>();
  const lastStartAtMs = new Map<number, number>();
  let isAlive = true;
  let identifies = 0;
  let resumes = 0;
  let refusals = 0;

  const violation: ConnectionHost['violation'] = (code, message) => {
    world.violations.push({ where: 'gateway', status: code, code, message });
  };
  const host: ConnectionHost = {
    heartbeatIntervalMs: options.heartbeatIntervalMs,
    privilegedIntents: options.privilegedIntents,
    isAlive: () => isAlive,
    isToken: options.isToken,
    repeatedAfterResume: () => gateway.repeatedAfterResume,
    guildsOfShard: (shard) => guildsOf(world, shard).length,
    begin(shard, intents) {
      const key = shard[0] % options.maxConcurrency;
      const now = performance.now();
      const last = lastStartAtMs.get(key);
      if (last !== undefined && now - last < options.startIntervalMs) {
        violation(0, `A session of rate limit key ${key} began ${Math.round(now - last)} ms before.`);
        return undefined;
      }
      lastStartAtMs.set(key, now);
      identifies += 1;
      const session = createSession(randomBytes(16).toString('hex'), shard, intents);
      sessions.set(session.id, session);
      return session;
    },
    find: (id) => sessions.get(id),
    resumed() {
      resumes += 1;
    },
    forget: (session) => sessions.delete(session.id),
    greet: (session) => greet(world, session, options.resumeUrl()),
    violation,
  };
  const onShard = (shard: number | undefined): Connection[] =>
    [...connections].filter(({ session }) => shard === undefined || session?.shard[0] === shard);

  const gateway: GatewayServer = {
    get sessions() {
      return [...sessions.values()].map(({ id, shard, intents, send }) => ({
        id,
        shard,
        intents,
        isConnected: send !== undefined,
      }));
    },
    get identifies() {
      return identifies;
    },
    get resumes() {
      return resumes;
    },
    get refusals() {
      return refusals;
    },
    get isAlive() {
      return isAlive;
    },
    set isAlive(next) {
      const returns = next && !isAlive;
      isAlive = next;
      if (returns) gateway.cutConnections();
    },
    isDown: false,
    repeatedAfterResume: 0,
    requestReconnect(shard) {
      for (const connection of onShard(shard)) connection.send(GatewayOpcodes.Reconnect, null);
    },
    invalidateSession(isResumable, shard) {
      for (const connection of onShard(shard)) connection.invalidate(isResumable);
    },
    closeConnections(code, shard) {
      for (const connection of onShard(shard)) connection.close(code, 'Closed.');
    },
    cutConnections(shard) {
      for (const connection of onShard(shard)) connection.cut();
    },
    repeatLast(type) {
      for (const session of sessions.values()) {
        const last = session.events.findLast(({ t }) => t === type);
        if (last !== undefined) session.add(type, last.d);
      }
    },
    dispatch(event) {
      for (const session of sessions.values())
        if (isTold(session, event))
          session.add(event.type, event.data((session.intents & GatewayIntentBits.MessageContent) !== 0));
    },
    upgrade(request, socket, head) {
      if (gateway.isDown) {
        refusals += 1;
        socket.end('HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
        return;
      }
      sockets.handleUpgrade(request, socket, head, (webSocket) => {
        const query = new URL(request.url ?? '/', 'ws://localhost').searchParams;
        if (query.get('v') !== API_VERSION || query.get('encoding') !== 'json') {
          violation(4012, 'Invalid API version.');
          webSocket.close(4012, 'Invalid API version.');
          return;
        }
        const connection = openConnection(webSocket, host);
        connections.add(connection);
        webSocket.once('close', () => connections.delete(connection));
      });
    },
    get remainingStarts() {
      return STARTS_A_DAY - identifies;
    },
    close() {
      for (const client of sockets.clients) client.terminate();
      sockets.close();
    },
  };
  return gateway;
}

function guildsOf(world: World, [index, count]: readonly [number, number]): Guild[] {
  return [...world.guilds.values()].filter(({ id, hasBot }) => hasBot && shardOf(id, count) === index);
}

/** READY, and then the guilds one by one (events/gateway-events, Ready). */
function greet(world: World, session: Session, resumeUrl: string): void {
  const guilds = guildsOf(world, session.shard);
  session.add('READY', {
    v: Number(API_VERSION),
    user: { ...world.bot, verified: true, mfa_enabled: false, flags: 0 },
    guilds: guilds.map(({ id }) => ({ id, unavailable: true })),
    session_id: session.id,
    session_type: 'normal',
    resume_gateway_url: resumeUrl,
    shard: session.shard,
    application: { id: world.applicationId, flags: 0 },
    private_channels: [],
    relationships: [],
    presences: [],
    user_settings: {},
    _trace: [],
  });
  if ((session.intents & GatewayIntentBits.Guilds) === 0) return;
  for (const guild of guilds) if (!guild.isUnavailable) session.add('GUILD_CREATE', guildPayload(world, guild));
}
