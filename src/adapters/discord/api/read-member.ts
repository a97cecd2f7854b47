import { RequestMethod } from 'discord.js';
import { isRefusal } from './discord-errors.js';
import type { RestApi } from './rest-api.js';
import { type WireMember, memberSchema } from './wire.js';

/** Whose place, and where. */
export interface MemberOptions {
  readonly guildId: string;
  readonly userId: string;
  readonly signal: AbortSignal;
}

/** Asks Discord for somebody's place in a guild; undefined for who is not in it. @throws DocentError as `RestApi.call`. */
export async function readMember(
  api: RestApi,
  { guildId, userId, signal }: MemberOptions,
): Promise<WireMember | undefined> {
  try {
    const path = `/guilds/${guildId}/members/${userId}` as const;
    return await api.call({ method: RequestMethod.Get, path, signal }, memberSchema);
  } catch (error) {
    if (isRefusal(error, 'unknownMember')) return undefined;
    throw error;
  }
}
