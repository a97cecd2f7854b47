import type { z } from 'zod';
import { readArguments } from './arguments.js';
import type { Events } from './events.js';
import { SlackError } from './slack-error.js';
import type { World } from './state.js';
import { covers } from './tenants.js';
import type { Installation } from './world.js';

/** What a method works with. */
export interface Call {
  readonly world: World;
  readonly events: Events;
  /** The method's name. */
  readonly method: string;
  /** Whose token it is; for `apps.connections.open` and OAuth there is none, and asking is an error. */
  readonly installation: Installation;
}

/** One method of the Web API. */
export interface ApiMethod {
  /** Which token it wants. */
  readonly token: 'bot' | 'app' | 'none';
  /** One of these is enough; no scope is needed when there are none. */
  readonly scopes: readonly string[];
  run(call: Call, raw: Readonly<Record<string, unknown>>): object;
}

/** Arguments that every call may bring. Bolt adds `team_id` to each. */
const COMMON = new Set(['token', 'team_id']);

/** Defines a method. What `run` gives is sent with `ok: true`; a SlackError that it throws is the refusal. */
export function defineMethod<Shape extends z.ZodRawShape>(definition: {
  readonly token?: ApiMethod['token'];
  readonly scopes?: readonly string[];
  readonly shape: Shape;
  run(call: Call, values: z.infer<z.ZodObject<Shape>>): object;
}): ApiMethod {
  return {
    token: definition.token ?? 'bot',
    scopes: definition.scopes ?? [],
    run(call, raw) {
      const { values, unknown } = readArguments(definition.shape, raw);
      const surplus = unknown.filter((name) => !COMMON.has(name));
      if (surplus.length > 0) violate(call.world, call.method, 'unknown_argument', surplus);
      return definition.run(call, values);
    },
  };
}

/** Records what the app did wrong. */
export function violate(world: World, where: string, error: string, messages: readonly string[] = []): void {
  world.violations.push({ where, error, messages });
}

/** @throws SlackError `missing_scope` when the installation has none of them. */
export function requireScope({ installation }: Pick<Call, 'installation'>, ...scopes: readonly string[]): void {
  if (scopes.length === 0 || scopes.some((scope) => installation.scopes.has(scope))) return;
  throw new SlackError('missing_scope', [], {
    needed: scopes.join(','),
    provided: [...installation.scopes].join(','),
  });
}

/** The workspace that a call is about: the token's, or the one named for an org-wide token. @throws SlackError */
export function workspaceOf({ installation, world }: Call, teamId: string | undefined): string {
  if (!installation.isOrgWide && installation.teamId !== undefined) return installation.teamId;
  if (teamId === undefined) throw new SlackError('missing_argument', ['[ERROR] missing required field: team_id']);
  if (!covers(world, installation, teamId)) throw new SlackError('team_access_not_granted');
  return teamId;
}
