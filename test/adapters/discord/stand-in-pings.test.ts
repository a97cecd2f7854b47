import { describe, expect, it } from 'vitest';
import type { Guild } from '../../support/discord/world.js';
import { call, openStandIn } from './open-stand-in.js';

describe('pings', () => {
  const mentioned = (guild: Guild): { readonly content: string; readonly mentions: string[] } => {
    const member = guild.addMember();
    const role = guild.addRole('Coaches');
    const mentions = ['@everyone', `<@${member.id}>`, `<@&${role.id}>`];
    return { content: mentions.join(' '), mentions };
  };

  it('are noted for what a text notifies, when it is sent and when it is edited', async () => {
    const server = await openStandIn();
    const guild = server.addGuild();
    const channel = guild.addChannel();
    const { content, mentions } = mentioned(guild);
    const path = `/channels/${channel.id}/messages`;
    await call(server, 'POST', path, { content, allowed_mentions: { parse: [] } });
    expect(server.pings).toEqual([]);
    expect(channel.messages[0]).toMatchObject({ mentions: [], mention_roles: [], mention_everyone: false });
    await call(server, 'PATCH', `${path}/${channel.messages[0]?.id}`, { content });
    expect(server.pings.map(({ mention, by }) => ({ mention, by }))).toEqual(
      mentions.map((mention) => ({ mention, by: 'edit' })),
    );
    await call(server, 'POST', path, { content, allowed_mentions: { parse: ['users'] } });
    expect(server.pings.slice(3)).toMatchObject([{ channelId: channel.id, mention: mentions[1], by: 'send' }]);
    await call(server, 'POST', path, { flags: 1 << 15, components: [{ type: 10, content }] });
    expect(server.pings.slice(4).map(({ mention }) => mention)).toEqual(mentions);
  });

  it('are of users alone where an interaction is answered without a word on them', async () => {
    const server = await openStandIn();
    const guild = server.addGuild();
    const channel = guild.addChannel();
    const { content, mentions } = mentioned(guild);
    await call(server, 'POST', `/applications/${server.applicationId}/commands`, { name: 'ask', description: 'Asks.' });
    const run = guild.addMember().useCommand(channel, 'ask');
    await call(server, 'POST', `/interactions/${run.id}/${run.token}/callback`, { type: 4, data: { content } });
    expect(server.pings.map(({ mention }) => mention)).toEqual([mentions[1]]);
  });
});
