import { permissionsOf } from '../permissions.js';
import { z } from 'zod';
import { directMessages } from '../channels.js';
import { readForm } from '../form.js';
import { snowflakeSchema } from '../limits/fields.js';
import { activeThreads, channelPayload, guildSummary, memberPayload, rolePayload } from '../payloads.js';
import { Refusal } from '../refusal.js';
import type { World } from '../state.js';
import { ownGuild } from './access.js';
import { type Route, nothing, ok } from './route.js';

const recipientSchema = z.strictObject({ recipient_id: snowflakeSchema });

/** The application as it sees itself (resources/application). */
function applicationPayload(world: World): object {
  return {
    id: world.applicationId,
    name: world.bot.username,
    icon: null,
    description: '',
    bot_public: true,
    bot_require_code_grant: false,
    verify_key: '0'.repeat(64),
    // GATEWAY_MESSAGE_CONTENT_LIMITED: switched on by the app's owner, for fewer people than need a review.
    flags: world.seesContent ? 1 << 19 : 0,
    owner: { id: world.applicationId, username: 'owner', discriminator: '0', avatar: null },
    team: null,
    bot: world.bot,
    approximate_guild_count: [...world.guilds.values()].filter(({ hasBot }) => hasBot).length,
    integration_types_config: { 0: {} },
  };
}

/** Guilds, users and the application (resources/guild, resources/user). */
export const guildRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/users/@me',
    handle: ({ world }) => ok({ ...world.bot, verified: true, mfa_enabled: false }),
  },
  { method: 'GET', path: '/applications/@me', handle: ({ world }) => ok(applicationPayload(world)) },
  { method: 'GET', path: '/oauth2/applications/@me', handle: ({ world }) => ok(applicationPayload(world)) },
  {
    method: 'GET',
    path: '/users/@me/guilds',
    handle: ({ world }) =>
      ok(
        [...world.guilds.values()]
          .filter(({ hasBot }) => hasBot)
          .map((guild) => ({
            id: guild.id,
            name: guild.name,
            icon: null,
            owner: false,
            permissions: String(permissionsOf(guild, world.bot.id)),
          })),
      ),
  },
  {
    method: 'DELETE',
    path: '/users/@me/guilds/:guild',
    handle(call) {
      ownGuild(call).removeBot();
      return nothing;
    },
  },
  {
    method: 'POST',
    path: '/users/@me/channels',
    handle({ world, body }) {
      const person = world.people.get(readForm(recipientSchema, body).recipient_id);
      if (person === undefined) throw new Refusal('UNKNOWN_USER');
      return ok(channelPayload(world, directMessages(world, person.user)));
    },
  },
  {
    method: 'GET',
    path: '/users/:user',
    handle({ world, parameter }) {
      const user = parameter('user') === world.bot.id ? world.bot : world.people.get(parameter('user'))?.user;
      if (user === undefined) throw new Refusal('UNKNOWN_USER');
      return ok(user);
    },
  },
  { method: 'GET', path: '/guilds/:guild', handle: (call) => ok(guildSummary(ownGuild(call))) },
  {
    method: 'GET',
    path: '/guilds/:guild/channels',
    handle(call) {
      const channels = [...ownGuild(call).channels.values()].filter(({ thread }) => thread === undefined);
      return ok(channels.map((channel) => channelPayload(call.world, channel)));
    },
  },
  {
    method: 'GET',
    path: '/guilds/:guild/roles',
    handle(call) {
      const guild = ownGuild(call);
      return ok([...guild.roles.values()].map((role) => rolePayload(guild, role)));
    },
  },
  {
    method: 'GET',
    path: '/guilds/:guild/threads/active',
    handle(call) {
      const threads = activeThreads(call.world, ownGuild(call));
      return ok({ threads: threads.map((thread) => channelPayload(call.world, thread)), members: [] });
    },
  },
  {
    method: 'GET',
    path: '/guilds/:guild/members/:user',
    handle(call) {
      const member = ownGuild(call).members.get(call.parameter('user'));
      if (member === undefined) throw new Refusal('UNKNOWN_MEMBER');
      return ok({ ...memberPayload(member), user: member.user });
    },
  },
];
