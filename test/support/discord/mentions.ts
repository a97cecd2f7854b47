import type { APIUser, AllowedMentionsTypes } from 'discord.js';
import type { MessageBody } from './limits/messages.js';
import { flattenComponents } from './limits/message-components.js';
import type { World } from './state.js';

/** What a text notifies, once `allowed_mentions` was looked at. */
export interface Mentions {
  readonly users: readonly APIUser[];
  readonly roleIds: readonly string[];
  readonly isEveryone: boolean;
  /** As they stand in the text. */
  readonly texts: readonly string[];
}

const MENTION = /@(?:everyone|here)|<@!?(?<user>\d+)>|<@&(?<role>\d+)>/g;

type AllowedMentions = MessageBody['allowed_mentions'];

/** What is parsed when a request says nothing (resources/message, Default Settings for Allowed Mentions). */
export const defaultMentions = {
  message: ['users', 'roles', 'everyone'],
  interaction: ['users'],
} as const satisfies Record<string, readonly `${AllowedMentionsTypes}`[]>;

/** @param allowed of the request; without it the defaults count */
export function mentionsIn(
  world: World,
  text: string,
  allowed: AllowedMentions,
  defaults: readonly `${AllowedMentionsTypes}`[],
): Mentions {
  const parse: readonly string[] = allowed === undefined ? defaults : (allowed.parse ?? []);
  const found = [...text.matchAll(MENTION)].filter(({ groups }) => {
    const { user, role } = groups ?? {};
    if (user !== undefined) return parse.includes('users') || allowed?.users?.includes(user) === true;
    if (role !== undefined) return parse.includes('roles') || allowed?.roles?.includes(role) === true;
    return parse.includes('everyone');
  });
  const idsOf = (kind: string): string[] => [...new Set(found.flatMap(({ groups }) => groups?.[kind] ?? []))];
  return {
    users: idsOf('user').flatMap((id) => (id === world.bot.id ? world.bot : (world.people.get(id)?.user ?? []))),
    roleIds: idsOf('role'),
    isEveryone: found.some(([mention]) => mention.startsWith('@')),
    texts: found.map(([mention]) => mention),
  };
}

/** Everything in a message that can mention: its content and its texts among the components. */
export function mentionableText(content: string, components: Parameters<typeof flattenComponents>[0]): string {
  return [content, ...flattenComponents(components).flatMap((component) => component.content ?? [])].join('\n');
}
