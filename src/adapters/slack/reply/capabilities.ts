import { createBoundedMap } from '../../../core/bounded-map.js';
import type { Clock } from '../../../core/ports/clock.js';
import { SlackRefusal } from '../api/slack-refusal.js';

/** What not every workspace and app has: streamed messages, statuses at threads, agent sessions. */
export type Capability = 'streams' | 'statuses' | 'sessions';

/** What workspaces turned out not to have. */
export interface Capabilities {
  has(teamId: string, capability: Capability): boolean;
  /** Takes note of why a call failed: a plain refusal means that it is not there. Says whether it was one. */
  note(teamId: string, capability: Capability, error: unknown): boolean;
}

/** What was refused is tried again after an hour: an app may be given more. */
const REFUSED_MS = 60 * 60_000;
const MAX_NOTES = 10_000;

/** Refusals that say that the app may not, or Slack does not have it, rather than that this one call was wrong. */
const LACKING: ReadonlySet<string> = new Set([
  'access_denied',
  'deprecated_endpoint',
  'feature_disabled',
  'feature_not_enabled',
  'method_deprecated',
  'missing_scope',
  'no_permission',
  'not_allowed',
  'not_allowed_token_type',
  'not_authorized',
  'team_not_eligible',
  'unknown_method',
]);

/** Remembers refusals for an hour. */
export function createCapabilities(clock: Clock): Capabilities {
  const refusedAt = createBoundedMap<string, number>(MAX_NOTES);
  return {
    has(teamId, capability) {
      const at = refusedAt.get(`${teamId}/${capability}`);
      return at === undefined || clock.now() - at >= REFUSED_MS;
    },
    note(teamId, capability, error) {
      const isLacking = error instanceof SlackRefusal && LACKING.has(error.reason);
      if (isLacking) refusedAt.set(`${teamId}/${capability}`, clock.now());
      return isLacking;
    },
  };
}
