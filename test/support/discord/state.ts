import type { APIUser, GatewayDispatchEvents } from 'discord.js';
import type { Clock } from '../../../src/core/ports/clock.js';
import type { FileStore } from './cdn.js';
import type { CommandBook } from './command-book.js';
import type { Interaction } from './interaction-run.js';
import type { Person } from './people.js';
import type { Ping, Violation } from './server.js';
import type { Channel, Guild } from './world.js';

/** Something that sessions are told. */
export interface Dispatch {
  readonly type: `${GatewayDispatchEvents}`;
  /** What a session gets, with what people wrote or without. */
  readonly data: (seesContent: boolean) => object;
  /** Decides on the shard; direct messages go to shard 0. */
  readonly guildId: string | undefined;
  /** Intents of which a session needs one; 0 for what all get. */
  readonly intents: number;
}

/** Everything there is. */
export interface World {
  readonly clock: Clock;
  readonly applicationId: string;
  readonly bot: APIUser;
  /** Whether the app may see what people write. */
  readonly seesContent: boolean;
  /** Everybody but the bot. */
  readonly people: Map<string, Person>;
  readonly guilds: Map<string, Guild>;
  /** Threads and direct messages included; deleted ones are not. */
  readonly channels: Map<string, Channel>;
  /** By token. */
  readonly interactions: Map<string, Interaction>;
  readonly commands: CommandBook;
  readonly files: FileStore;
  readonly violations: Violation[];
  readonly pings: Ping[];
  nextId(): string;
  nextGuildId(): string;
  dispatch(event: Dispatch): void;
}
