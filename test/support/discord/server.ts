import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type APIApplicationCommand, type APIUser, GatewayIntentBits } from 'discord.js';
import type { Clock } from '../../../src/core/ports/clock.js';
import { systemClock } from '../../../src/core/system-clock.js';
import { type Cdn, createFileStore } from './cdn.js';
import { directMessages } from './channels.js';
import { asApiCommand, createCommandBook } from './command-book.js';
import { type Fault, createFaultQueue } from './faults.js';
import { type Gateway, type GatewayServer, createGateway } from './gateway.js';
import { addGuild } from './guild.js';
import type { Person } from './people.js';
import { addPerson, channelWith } from './person.js';
import { commandRoutes } from './rest/command-routes.js';
import { guildRoutes } from './rest/guild-routes.js';
import { interactionRoutes } from './rest/interaction-routes.js';
import { messageRoutes } from './rest/message-routes.js';
import { type Route, ok } from './rest/route.js';
import { serveApi } from './rest/serve-api.js';
import { threadRoutes } from './rest/thread-routes.js';
import { createCdn } from './serve-cdn.js';
import { createGuildSnowflakes, createSnowflakes } from './snowflake.js';
import type { World } from './state.js';
import type { Channel, Guild, Message } from './world.js';

const DAY_MS = 86_400_000;

/** What the stand-in starts with. */
export interface DiscordStandInOptions {
  /** Decides on 3 seconds, 15 minutes, signed addresses and times of messages. Default: the machine's. */
  readonly clock?: Clock;
  /** Default: one that looks like Discord's. */
  readonly token?: string;
  /** Privileged intents that are switched on for the app. Default: all. */
  readonly privilegedIntents?: readonly ('GuildPresences' | 'GuildMembers' | 'MessageContent')[];
  /** What `GET /gateway/bot` recommends. Default 1. */
  readonly shards?: number;
  /** Sessions that may begin within 5 seconds. Default 1, as for most bots. */
  readonly maxConcurrency?: number;
  /** Between two sessions of one rate limit key, in milliseconds of the machine's time. Default 5,000, as Discord's. */
  readonly startIntervalMs?: number;
  /** In milliseconds of the machine's time. Default 41,250. */
  readonly heartbeatIntervalMs?: number;
  /** How long a signed address is valid. Default 24 hours. */
  readonly addressLifeMs?: number;
}

/** Something that Discord refused, or would have. */
export interface Violation {
  /** Such as `POST /channels/1/messages`, or `gateway`. */
  readonly where: string;
  readonly status: number;
  /** Discord's error code. */
  readonly code: number;
  readonly message: string;
  /** Discord's `errors` object. */
  readonly errors?: object;
}

/** Somebody was or would have been notified by a text of the bot. */
export interface Ping {
  readonly channelId: string;
  readonly messageId: string;
  /** As it stands in the text, such as `@everyone`. */
  readonly mention: string;
  readonly by: 'send' | 'edit';
}

/** A request of the API. */
export interface ReceivedRequest {
  readonly method: string;
  /** Below `/api/v10`, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Parsed; of a multipart request its `payload_json`. */
  readonly body: unknown;
  readonly files: readonly string[];
  readonly atMs: number;
  /** Once it is answered; 0 for a connection that was cut. */
  status: number | undefined;
}

/** Discord on this machine: one application, and the part of the world that it sees. */
export interface DiscordStandIn {
  /** For `new Client({ rest: { api } })`. */
  readonly apiUrl: string;
  /** What the addresses of attachments begin with. */
  readonly cdnUrl: string;
  readonly token: string;
  readonly applicationId: string;
  readonly bot: APIUser;
  readonly gateway: Gateway;
  readonly cdn: Cdn;
  readonly violations: readonly Violation[];
  readonly pings: readonly Ping[];
  readonly requests: readonly ReceivedRequest[];
  /** The registered commands: global ones, or those of a guild. */
  commands(guild?: Guild): readonly APIApplicationCommand[];
  /** Commands that were created, of which Discord allows 200 a day and guild; updates do not count. */
  readonly commandCreates: number;
  addUser(name?: string): Person;
  addGuild(options?: { readonly name?: string; readonly hasBot?: boolean }): Guild;
  addDirectMessage(person: Person): Channel;
  /** The channel a message is in. */
  channelOf(message: Message): Channel;
  /** A channel or thread by its id, such as that of a thread the bot opened. @throws Error when there is none. */
  channel(id: string): Channel;
  /** Queues a fault. The first that matches a request is used up by it. */
  failNext(fault: Fault): void;
  /** Makes another token the valid one. */
  resetToken(token: string): void;
  /** Breaks what is open and listens no more. */
  close(): Promise<void>;
}

/** Starts a stand-in on this machine. */
export async function startDiscordStandIn(options: DiscordStandInOptions = {}): Promise<DiscordStandIn> {
  const { clock = systemClock, privilegedIntents = ['GuildPresences', 'GuildMembers', 'MessageContent'] } = options;
  let token = options.token ?? 'MTA5OTk5OTk5OTk5OTk5OTk5OQ.GStand.in-for-the-servers-of-discord-0123456';
  const isToken = (asked: string): boolean => asked === token;
  const nextId = createSnowflakes(clock);
  const applicationId = nextId();
  const bot = {
    id: applicationId,
    username: 'docent',
    discriminator: '0001',
    global_name: null,
    avatar: null,
    bot: true,
  };
  const http = createServer();
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  const cdnUrl = `http://127.0.0.1:${port}`;

  const world: World = {
    clock,
    applicationId,
    bot,
    seesContent: privilegedIntents.includes('MessageContent'),
    people: new Map(),
    guilds: new Map(),
    channels: new Map(),
    interactions: new Map(),
    commands: createCommandBook(applicationId, nextId, () => clock.now()),
    files: createFileStore(clock, cdnUrl, options.addressLifeMs ?? DAY_MS),
    violations: [],
    pings: [],
    nextId,
    nextGuildId: createGuildSnowflakes(clock.now() - DAY_MS),
    dispatch(event) {
      const guild = event.guildId === undefined ? undefined : world.guilds.get(event.guildId);
      if (guild === undefined || (guild.hasBot && !guild.isUnavailable)) gateway.dispatch(event);
    },
  };
  const gateway = createGateway({
    world,
    maxConcurrency: options.maxConcurrency ?? 1,
    startIntervalMs: options.startIntervalMs ?? 5_000,
    heartbeatIntervalMs: options.heartbeatIntervalMs ?? 41_250,
    privilegedIntents: privilegedIntents.reduce((bits, name) => bits | GatewayIntentBits[name], 0),
    isToken,
    resumeUrl: () => `ws://127.0.0.1:${port}/resume`,
  });
  const cdn = createCdn(world.files);
  const faults = createFaultQueue();
  const requests: ReceivedRequest[] = [];
  const gatewayUrl = `ws://127.0.0.1:${port}/`;
  const routes = [
    ...gatewayRoutes(gateway, gatewayUrl, options),
    ...messageRoutes,
    ...threadRoutes,
    ...guildRoutes,
    ...commandRoutes,
    ...interactionRoutes,
  ];
  const api = { world, routes, faults, requests, isToken };
  http.on('request', (request, response) => {
    const url = new URL(request.url ?? '/', cdnUrl);
    const served = url.pathname.startsWith('/api/') ? serveApi(api, request, response) : cdn.serve(url, response);
    served.catch((error: unknown) => {
      // A fault of the stand-in itself: a test must not take it for one of Discord's.
      world.violations.push({
        where: url.pathname,
        status: 500,
        code: 0,
        message: `the stand-in failed: ${String(error)}`,
      });
      response.destroy();
    });
  });
  http.on('upgrade', (request, socket, head) => gateway.upgrade(request, socket, head));

  return {
    apiUrl: `http://127.0.0.1:${port}/api`,
    cdnUrl,
    get token() {
      return token;
    },
    applicationId,
    bot,
    gateway,
    cdn,
    violations: world.violations,
    pings: world.pings,
    requests,
    commands: (guild) => world.commands.list(guild?.id).map(asApiCommand),
    get commandCreates() {
      return world.commands.creates;
    },
    addUser: (name) => addPerson(world, name === undefined ? {} : { name }),
    addGuild: (guild = {}) => addGuild(world, guild),
    addDirectMessage: (person) => directMessages(world, person.user),
    channelOf: (message) => channelWith(world, message),
    channel(id) {
      const channel = world.channels.get(id);
      if (channel === undefined) throw new Error(`there is no channel ${id}`);
      return channel;
    },
    failNext: (fault) => faults.add(fault),
    resetToken(next) {
      token = next;
    },
    async close() {
      gateway.close();
      http.close();
      http.closeAllConnections();
      await once(http, 'close');
    },
  };
}

/** Where the gateway is, and how many sessions may begin (events/gateway, Get Gateway Bot). */
function gatewayRoutes(
  gateway: GatewayServer,
  url: string,
  { shards = 1, maxConcurrency = 1 }: DiscordStandInOptions,
): Route[] {
  return [
    { method: 'GET', path: '/gateway', isOpen: true, handle: () => ok({ url }) },
    {
      method: 'GET',
      path: '/gateway/bot',
      handle: () =>
        ok({
          url,
          shards,
          session_start_limit: {
            total: 1_000,
            remaining: gateway.remainingStarts,
            reset_after: DAY_MS,
            max_concurrency: maxConcurrency,
          },
        }),
    },
  ];
}
