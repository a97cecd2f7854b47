import { RequestMethod } from 'discord.js';
import { z } from 'zod';
import { escapeMarkdown } from '../../../core/chat/escape.js';
import { listed } from '../../../core/chat/words.js';
import { toDocentError } from '../../../core/errors.js';
import type { Clock } from '../../../core/ports/clock.js';
import type { Health, HealthCheck } from '../../../core/ports/health.js';
import { TOKEN_REFUSED } from '../api/discord-errors.js';
import { hasMessageContent, inviteUrl, readApplication } from '../api/application.js';
import { missingPermissions } from '../api/permissions.js';
import type { RestApi } from '../api/rest-api.js';
import { keepHealth } from './kept-health.js';

/** What the app is looked at with. */
export interface AppHealthOptions {
  readonly api: RestApi;
  /** Whether the settings ask for the words of every message. */
  readonly wantsMessageContent: boolean;
  readonly clock: Clock;
}

const guildsSchema = z.array(z.object({ name: z.string(), permissions: z.string() }));

const MAX_GUILDS = 200;
const MAX_NAMED = 5;
const KEPT_MS = 60_000;

/** How to switch the intent on. */
export const HOW_TO_READ_ALL =
  'Switch on "Message Content Intent" in the Developer Portal (your app → Bot → Privileged Gateway Intents) and restart, or set DISCORD_MESSAGE_CONTENT=false.';

/**
 * Whether Discord takes the token, what the app may not do in its servers, and how to invite it. Asks Discord itself, so
 * that it needs no connection; at most once a minute.
 */
export function createAppHealth(options: AppHealthOptions): HealthCheck {
  const { api, wantsMessageContent, clock } = options;

  async function look(signal: AbortSignal): Promise<Health> {
    const application = await readApplication(api, signal);
    const guilds = await api.call(
      { method: RequestMethod.Get, path: '/users/@me/guilds', query: { limit: String(MAX_GUILDS) }, signal },
      guildsSchema,
    );
    const where = guilds.length === 1 ? '1 server' : `${guilds.length} servers`;
    const detail = `Discord knows the app "${application.name}", which is in ${where}. Invite it with ${inviteUrl(application)}`;
    const fixes = [
      ...(guilds.length === 0 ? [`Invite the app to a server: ${inviteUrl(application)}`] : []),
      ...(wantsMessageContent && !hasMessageContent(application) ? [HOW_TO_READ_ALL] : []),
      ...permissionFixes(guilds),
    ];
    return fixes.length === 0 ? { state: 'healthy', detail } : { state: 'degraded', detail, fix: fixes.join(' ') };
  }

  const kept = keepHealth(clock, KEPT_MS, look);
  return {
    component: 'discord app',
    async check(signal) {
      try {
        return await kept(signal);
      } catch (error) {
        const fix = api.tokenRefused.aborted ? TOKEN_REFUSED : 'Check DISCORD_API_URL and the way to the internet.';
        return { state: 'unhealthy', detail: toDocentError(error).userMessage, fix };
      }
    },
  };
}

function permissionFixes(guilds: z.infer<typeof guildsSchema>): string[] {
  const lacking = guilds.flatMap(({ name, permissions }) => {
    const missing = missingPermissions(BigInt(permissions));
    return missing.length === 0 ? [] : [`"${escapeMarkdown(name)}" (${missing.join(', ')})`];
  });
  if (lacking.length === 0) return [];
  const rest = lacking.length > MAX_NAMED ? ` and ${lacking.length - MAX_NAMED} more` : '';
  return [
    `Give the bot's role what it lacks, in Server Settings → Roles: ${listed(lacking.slice(0, MAX_NAMED))}${rest}.`,
  ];
}
