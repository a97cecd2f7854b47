import type { APIApplicationCommand, APIUser } from 'discord.js';
import type { Clock } from '../../../src/core/ports/clock.js';
import type { Cdn } from './cdn.js';
import type { Fault } from './faults.js';
import type { Gateway } from './gateway.js';
import type { Person } from './people.js';
import type { Channel, Guild, Message } from './world.js';

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
export declare function startDiscordStandIn(options?: DiscordStandInOptions): Promise<DiscordStandIn>;
