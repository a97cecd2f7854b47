import type { Clock } from '../../../src/core/ports/clock.js';
import type { AppRegistration } from './app.js';
import type { Behaviour } from './behaviour.js';
import type { Person } from './person.js';
import type { ApiCall, Delivery, DeliveryAttempt, Ping, RequestUrls, Violation } from './records.js';
import type { Screen } from './seen.js';
import type {
  Channel,
  ChannelKind,
  Enterprise,
  Installation,
  Role,
  StoredFile,
  User,
  UserGroup,
  Workspace,
} from './world.js';

/** What the stand-in starts with. */
export interface StandInOptions {
  /** Differences from the example app. */
  readonly app?: Partial<AppRegistration>;
  /** Rules of 3 seconds, 5 minutes and 30 minutes go by it, and so do message timestamps. Default: the machine's. */
  readonly clock?: Clock;
  /** Default: one that is free. */
  readonly port?: number;
}

/** The Socket Mode connections, numbered from 1 as they came. */
export interface SocketConnections {
  readonly open: readonly number[];
  /** Sends `disconnect` frames, as when Slack recycles a connection; every one when no number is given. */
  refresh(reason?: 'warning' | 'refresh_requested' | 'link_disabled', connection?: number): void;
  /** Tears connections down without a word. */
  cut(connection?: number): void;
}

/** Slack's servers, for one app. */
export interface SlackStandIn {
  /** Such as `http://127.0.0.1:41234`. */
  readonly url: string;
  /** The Web API, with `/` at its end: Bolt's `clientOptions.slackApiUrl`. */
  readonly apiUrl: string;
  /** OAuth's consent page: Bolt's `installerOptions.authorizationUrl`. */
  readonly authorizeUrl: string;
  readonly app: AppRegistration;
  readonly behaviour: Behaviour;
  readonly calls: readonly ApiCall[];
  readonly violations: readonly Violation[];
  readonly pings: readonly Ping[];
  readonly deliveries: readonly Delivery[];
  readonly sockets: SocketConnections;
  readonly screen: Screen;

  addEnterprise(name: string): Enterprise;
  addWorkspace(name: string, options?: { readonly enterpriseId?: string }): Workspace;
  addUser(teamId: string, name: string, role?: Role): Person;
  addUserGroup(teamId: string, handle: string, userIds: readonly string[]): UserGroup;
  /** A conversation with these members; the app's bot user is one of them only when named (see {@link Installation}). */
  addChannel(teamId: string, name: string, memberIds: readonly string[], kind?: ChannelKind): Channel;
  /** Installs the app without OAuth; in a whole organisation when given an enterprise's id. */
  install(
    tenantId: string,
    options?: { readonly scopes?: readonly string[]; readonly installerId?: string },
  ): Installation;
  /** The active installation that covers a workspace. @throws Error when there is none. */
  installation(teamId: string): Installation;
  user(userId: string): User;
  channel(channelId: string): Channel;
  file(fileId: string): StoredFile;
  /** The direct channel of a person with the app; opened if there is none. */
  directChannel(userId: string): Channel;

  /** Delivers by HTTP to these addresses, or over Socket Mode to whoever is connected, which is the default. */
  deliverTo(target: RequestUrls | 'socket'): void;
  /** Keeps deliveries back from now on. */
  hold(): void;
  /** Sends what is held, in the order that `arrange` gives; nothing is held any more. */
  release(arrange?: (held: readonly Delivery[]) => readonly Delivery[]): void;
  /** Delivers the same once more, as Slack does now and then: same ids, with or without retry headers. */
  redeliver(delivery: Delivery, retry?: { readonly number: number; readonly reason: string }): Promise<DeliveryAttempt>;
  /** Resolves when everything delivered so far is acknowledged or lost. */
  settled(): Promise<void>;
  /** Breaks what runs and listens no more. */
  close(): Promise<void>;
}
