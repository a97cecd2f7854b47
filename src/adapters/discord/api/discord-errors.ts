import { DiscordAPIError, HTTPError } from 'discord.js';
import { ZodError } from 'zod';
import { DocentError, toDocentError } from '../../../core/errors.js';

/**
 * Codes of Discord's API that Docent tells apart.
 * @see https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
 */
export const DISCORD_CODES = {
  unknownChannel: 10_003,
  unknownGuild: 10_004,
  unknownMember: 10_007,
  unknownMessage: 10_008,
  unknownWebhook: 10_015,
  unknownInteraction: 10_062,
  alreadyAcknowledged: 40_060,
  missingAccess: 50_001,
  cannotMessageUser: 50_007,
  missingPermissions: 50_013,
  invalidWebhookToken: 50_027,
  threadArchived: 50_083,
  noHistoryForReply: 160_002,
  threadExists: 160_004,
  threadLocked: 160_005,
  tooManyThreads: 160_006,
} as const;

/** The name of a code that is told apart. */
export type DiscordCodeName = keyof typeof DISCORD_CODES;

const codeOf = (error: unknown): number | string | undefined => {
  const cause = error instanceof DocentError ? error.cause : error;
  return cause instanceof DiscordAPIError ? cause.code : undefined;
};

/** Whether Discord refused a call with one of these codes; also after `explainRefusal`. */
export function isRefusal(error: unknown, ...names: readonly DiscordCodeName[]): boolean {
  const code = codeOf(error);
  return names.some((name) => DISCORD_CODES[name] === code);
}

/** Whether an interaction can no longer be answered: its 15 minutes are over, or it was never acknowledged. */
export function isInteractionOver(error: unknown): boolean {
  return isRefusal(error, 'unknownWebhook', 'unknownInteraction', 'invalidWebhookToken');
}

/** Whether Docent may not do in a channel what was asked: a permission, a lock, a limit on threads, or the channel is gone. */
export function isChannelRefusal(error: unknown): boolean {
  return isRefusal(
    error,
    'unknownChannel',
    'missingAccess',
    'missingPermissions',
    'noHistoryForReply',
    'threadArchived',
    'threadLocked',
    'tooManyThreads',
    'cannotMessageUser',
  );
}

/** Whether Discord refused the token that a call was made with. */
export function isTokenRefusal(error: unknown): boolean {
  return error instanceof DiscordAPIError && error.status === 401;
}

/** What is said of a token that Discord does not take. */
export const TOKEN_REFUSED =
  'Discord refused DISCORD_TOKEN. Copy the token again from the Developer Portal (your app → Bot → Reset Token), set it, and restart Docent.';

/** The error that a failed call to Discord means, with Discord's own error as its cause. */
export function explainRefusal(error: unknown): DocentError {
  if (error instanceof DocentError) return error;
  // An answer of another shape than Discord documents.
  if (error instanceof ZodError) return toDocentError(error);
  if (isChannelRefusal(error))
    return new DocentError('CHANNEL_UNAVAILABLE', { userMessage: channelMessage(error), cause: error });
  if (error instanceof DiscordAPIError && error.status < 500)
    return new DocentError('INTERNAL', {
      userMessage: `Discord refused what Docent sent (code ${error.code}). The log has the reason.`,
      cause: error,
    });
  return new DocentError('ENGINE_UNAVAILABLE', {
    userMessage: `Discord cannot be reached right now${error instanceof HTTPError ? ` (HTTP ${error.status})` : ''}. Try again in a minute.`,
    retryable: true,
    cause: error,
  });
}

function channelMessage(error: unknown): string {
  if (isRefusal(error, 'unknownChannel')) return 'The channel is gone. Choose another one.';
  if (isRefusal(error, 'threadLocked', 'threadArchived'))
    return 'The thread is locked, so nothing can be posted there. Unlock it, or ask in its channel.';
  if (isRefusal(error, 'tooManyThreads'))
    return 'The server has as many open threads as Discord allows. Close some, or ask in a thread that is open.';
  if (isRefusal(error, 'cannotMessageUser'))
    return 'Your settings let no direct message of mine through. Allow direct messages from members of this server.';
  return 'I may not post there. Give me View Channel, Read Message History, Send Messages, Send Messages in Threads, Create Public Threads, Attach Files and Embed Links in that channel.';
}
