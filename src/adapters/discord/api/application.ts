import { ApplicationFlags, OAuth2Scopes, RequestMethod } from 'discord.js';
import { neededBits } from './permissions.js';
import type { RestApi } from './rest-api.js';
import { type WireApplication, applicationSchema } from './wire.js';

/** The app that the token belongs to. @throws DocentError as `RestApi.call`. */
export function readApplication(api: RestApi, signal: AbortSignal): Promise<WireApplication> {
  return api.call({ method: RequestMethod.Get, path: '/applications/@me', signal }, applicationSchema);
}

/** Whether the Message Content Intent is switched on for the app. */
export function hasMessageContent({ flags }: WireApplication): boolean {
  return (flags & (ApplicationFlags.GatewayMessageContent | ApplicationFlags.GatewayMessageContentLimited)) !== 0;
}

/** The page on which somebody with Manage Server adds the bot to a server. */
export function inviteUrl({ id }: Pick<WireApplication, 'id'>): string {
  const scope = `${OAuth2Scopes.Bot}+${OAuth2Scopes.ApplicationsCommands}`;
  return `https://discord.com/oauth2/authorize?client_id=${id}&scope=${scope}&permissions=${neededBits}`;
}
