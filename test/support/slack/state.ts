import type { Clock } from '../../../src/core/ports/clock.js';
import type { AppRegistration } from './app.js';
import type { Behaviour } from './behaviour.js';
import { type Identifiers, createIdentifiers } from './identifiers.js';
import type { ApiCall, Ping, Violation } from './records.js';
import type { SeenEphemeral } from './seen.js';
import type {
  AgentSession,
  Channel,
  Enterprise,
  Installation,
  OpenView,
  StoredFile,
  User,
  UserGroup,
  Workspace,
} from './world.js';

/** A `trigger_id`: it opens one view within 3 seconds. */
export interface Trigger {
  readonly teamId: string;
  readonly userId: string;
  readonly issuedAtMs: number;
  isUsed: boolean;
}

/** A message that one person alone sees, and from which installation. */
export interface Ephemeral extends SeenEphemeral {
  readonly userId: string;
}

/** The assistant's line below a thread. */
export interface ThreadStatus {
  readonly text: string;
  readonly setAtMs: number;
}

/** An installation waiting for its code to be exchanged. */
export interface Grant {
  readonly tenantId: string;
  readonly userId: string;
  readonly scopes: readonly string[];
  readonly redirectUri: string | undefined;
  readonly issuedAtMs: number;
  isUsed: boolean;
}

/** A file whose upload has been announced. */
export interface UploadTicket {
  readonly fileId: string;
  readonly teamId: string;
  readonly userId: string;
  readonly name: string;
  readonly lengthBytes: number;
  bytes: Buffer | undefined;
}

/** An address that answers one interaction, five times within 30 minutes. */
export interface ResponseAddress {
  readonly channelId: string;
  readonly userId: string;
  readonly issuedAtMs: number;
  /** The message that the interaction came from, ephemeral or not. */
  readonly ts: string | undefined;
  readonly threadTs: string | undefined;
  uses: number;
}

/** Everything that the stand-in keeps. */
export interface World {
  readonly app: AppRegistration;
  readonly behaviour: Behaviour;
  readonly clock: Clock;
  readonly ids: Identifiers;
  /** The server's own address. */
  readonly url: string;
  readonly enterprises: Map<string, Enterprise>;
  readonly workspaces: Map<string, Workspace>;
  readonly users: Map<string, User>;
  readonly userGroups: Map<string, UserGroup>;
  readonly channels: Map<string, Channel>;
  readonly files: Map<string, StoredFile>;
  readonly installations: Installation[];
  readonly sessions: Map<string, AgentSession>;
  readonly statuses: Map<string, ThreadStatus>;
  readonly prompts: Map<string, readonly { readonly title: string; readonly message: string }[]>;
  /** Open modals of each person, the last on top. */
  readonly modals: Map<string, OpenView[]>;
  readonly homes: Map<string, OpenView>;
  readonly ephemerals: Ephemeral[];
  readonly notices: Map<string, string[]>;
  readonly triggers: Map<string, Trigger>;
  readonly grants: Map<string, Grant>;
  readonly uploads: Map<string, UploadTicket>;
  readonly responseAddresses: Map<string, ResponseAddress>;
  /** When each channel was last posted to by the app, for the rule of one a second. */
  readonly lastPostAtMs: Map<string, number>;
  readonly calls: ApiCall[];
  readonly violations: Violation[];
  readonly pings: Ping[];
}

/** An empty world. */
export function createWorld(parts: Pick<World, 'app' | 'behaviour' | 'clock' | 'url'>): World {
  return {
    ...parts,
    ids: createIdentifiers(parts.clock),
    enterprises: new Map(),
    workspaces: new Map(),
    users: new Map(),
    userGroups: new Map(),
    channels: new Map(),
    files: new Map(),
    installations: [],
    sessions: new Map(),
    statuses: new Map(),
    prompts: new Map(),
    modals: new Map(),
    homes: new Map(),
    ephemerals: [],
    notices: new Map(),
    triggers: new Map(),
    grants: new Map(),
    uploads: new Map(),
    responseAddresses: new Map(),
    lastPostAtMs: new Map(),
    calls: [],
    violations: [],
    pings: [],
  };
}

/** The value of a map. @throws Error naming what a test asked for in vain. */
export function existing<Value>(map: ReadonlyMap<string, Value>, what: string, id: string): Value {
  const value = map.get(id);
  if (value === undefined) throw new Error(`the stand-in has no ${what} "${id}"`);
  return value;
}

/** Where a thread's status, session and prompts are kept. */
export function threadKey(channelId: string, threadTs: string): string {
  return `${channelId}:${threadTs}`;
}

/** Tells a person what Slack itself says. */
export function notify(world: World, userId: string, notice: string): void {
  world.notices.set(userId, [...(world.notices.get(userId) ?? []), notice]);
}
