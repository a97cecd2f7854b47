import { describe, expect, it } from 'vitest';
import { createAppHealth } from '../../../src/adapters/discord/admin/app-health.js';
import { createChannelHealth } from '../../../src/adapters/discord/admin/channel-health.js';
import { createClientGateway } from '../../../src/adapters/discord/gateway/client-gateway.js';
import { createRestApi } from '../../../src/adapters/discord/api/rest-api.js';
import { createCreatorLinks } from '../../../src/core/chat/creator-links.js';
import { creatorIdSchema } from '../../../src/core/ids.js';
import { systemClock } from '../../../src/core/system-clock.js';
import { builtInCommands } from '../../../src/plugins.js';
import { createRecordingChatHost } from '../../contracts/recording-chat-host.js';
import { openEmbeddedStores } from '../../support/embedded-stores.js';
import { eventually } from '../../support/eventually.js';
import { createFakeClock } from '../../support/fake-clock.js';
import { createRecordingLogger } from '../../support/recording-logger.js';
import { silentLogger } from '../../support/silent-logger.js';
import { openAdapter } from './open-adapter.js';
import { openDocent, shows, threadOf } from './open-docent.js';
import { openSpeaker } from './open-speaker.js';
import { call, openStandIn } from './open-stand-in.js';

const never = new AbortController().signal;

describe('looking after Docent on Discord', () => {
  it('says hello once, with three steps, to a server that it joins, where it may write', async () => {
    const docent = await openDocent();
    const { server } = docent;
    const guild = server.addGuild({ name: 'New', hasBot: false });
    for (const name of ['rules', 'news', 'events', 'links', 'staff', 'faq'])
      guild.overwriteBot(guild.addChannel({ name }), { deny: [name === 'staff' ? 'ViewChannel' : 'SendMessages'] });
    const general = guild.addChannel({ name: 'general' });
    guild.inviteBot();
    const hello = await shows(() => general.messages, /Three steps/);
    expect(hello.content).toMatch(/1\. `\/link`[^]*2\. `\/ingest`[^]*3\. `\/ask`/);
    await docent.stop();
    await docent.start();
    const asked = docent.member.post(docent.channel, `<@${server.bot.id}> Hello?`);
    await eventually('it answers again', () => docent.channel.messages.at(-1)?.id !== asked.id);
    expect(general.messages).toHaveLength(1);
    expect(server.violations).toEqual([]);
  });

  it('says hello again where it was removed and invited anew, and later where it ran only after the invite', async () => {
    const { guild, clock, adapter, server } = await openSpeaker();
    // It was invited an hour before the start.
    const [general] = guild.channels.values();
    await eventually('it says hello', () => general?.messages.length === 1);
    guild.removeBot();
    await clock.advance(60_000);
    guild.inviteBot();
    await eventually('it says hello again', () => general?.messages.length === 2);
    await adapter.stop();
    expect(server.violations).toEqual([]);
  });

  it('says in the log that no channel takes the welcome', async () => {
    const logger = createRecordingLogger();
    const { server } = await openSpeaker({ logger });
    const guild = server.addGuild({ name: 'Silent', hasBot: false });
    guild.overwriteBot(guild.addChannel(), { deny: ['SendMessages'] });
    guild.inviteBot();
    const told = () => logger.lines.find(({ event }) => event === 'discord.welcome-not-posted');
    await eventually('it is told', () => told() !== undefined);
    expect(told()?.fields).toMatchObject({ guildId: guild.id, fix: expect.stringContaining('text channel') as string });
  });

  it('registers its commands once, and again only when they changed', async () => {
    const docent = await openDocent({ environment: { DISCORD_OPERATOR_IDS: '123456789012345678' } });
    const { server } = docent;
    const puts = (): number =>
      server.requests.filter(({ method, path }) => method === 'PUT' && path.endsWith('commands')).length;
    const ask = server.commands().find(({ name }) => name === 'ask');
    expect(ask?.name_localizations).toEqual({ de: 'fragen' });
    expect(server.commands().find(({ name }) => name === 'link')?.default_member_permissions).toBe('32');
    expect(server.commands().find(({ name }) => name === 'models')?.default_member_permissions).toBe('0');
    expect(server.commands().map(({ name }) => name)).toContain('Add to knowledge');
    expect(server.commands().map(({ name }) => name)).not.toContain('feedback');
    await docent.stop();
    await docent.start();
    expect(puts()).toBe(1);
    expect(server.violations).toEqual([]);
  });

  it('registers them where the settings say, and nowhere twice when these change', async () => {
    const clock = createFakeClock(Date.now());
    const server = await openStandIn({ clock, maxConcurrency: 16, startIntervalMs: 0 });
    const [one, other] = [server.addGuild({ name: 'One' }), server.addGuild({ name: 'Other' })];
    const { recordStore } = (await openEmbeddedStores(clock)).engines;
    const host = createRecordingChatHost({ commands: builtInCommands });
    const foreign = { name: 'dance', description: 'Dances.' };
    await call(server, 'POST', `/applications/${server.applicationId}/guilds/${other.id}/commands`, foreign);
    const start = async (guildId?: string): Promise<number[]> => {
      const adapter = openAdapter({ server, recordStore, clock, settings: { guildId } });
      await adapter.start(host);
      await adapter.stop();
      return [server.commands(), server.commands(one), server.commands(other)].map(({ length }) => length);
    };
    const [count = 0] = await start();
    expect(count).toBeGreaterThan(10);
    expect(await start(one.id)).toEqual([0, count, 1]);
    expect(await start(one.id)).toEqual([0, count, 1]);
    expect(await start(other.id)).toEqual([0, 0, count]);
    await call(server, 'POST', `/applications/${server.applicationId}/guilds/${other.id}/commands`, foreign);
    expect(await start()).toEqual([count, 0, 1]);
    const puts = server.requests.filter(({ method, path }) => method === 'PUT' && path.endsWith('commands'));
    expect(puts).toHaveLength(6);
    expect(server.violations).toEqual([]);
  });

  it('connects with the commands as they were where Discord asks for a long pause, and registers them later', async () => {
    const clock = createFakeClock(Date.now());
    const host = createRecordingChatHost({ commands: builtInCommands });
    const server = await openStandIn({ clock, startIntervalMs: 0 });
    server.failNext({ path: /commands$/, status: 429, retryAfterS: 2, scope: 'shared' });
    const { engines } = await openEmbeddedStores(clock);
    const adapter = openAdapter({ server: server, recordStore: engines.recordStore, clock });
    const starting = adapter.start(host);
    await eventually('it is told to wait', () => server.requests.some(({ status }) => status === 429));
    await clock.advance(10_000);
    await starting;
    expect(server.commands()).toEqual([]);
    expect(await adapter.health(never)).toMatchObject({
      state: 'degraded',
      detail: expect.stringContaining('commands') as string,
    });
    await clock.advance(5 * 60_000);
    await eventually('they are registered', () => server.commands().length > 10);
    await eventually('it is well', async () => (await adapter.health(never)).state === 'healthy');
    expect(server.violations).toEqual([]);
  });

  it('names what it may not do where it was asked, to the admins, and answers all the same', async () => {
    const docent = await openDocent();
    const { server, guild, channel, manager, member } = docent;
    const admins = guild.addChannel({ name: 'admins' });
    await manager.useCommand(channel, 'link', { creator: 'coach', 'whole-workspace': true }).reply();
    await manager.useCommand(admins, 'admin-channel').reply();
    await docent.addDocument();
    guild.overwriteBot(channel, { deny: ['CreatePublicThreads', 'SendMessagesInThreads'] });
    const asked = member.post(channel, `<@${server.bot.id}> When are refunds paid?`);
    const reply = await shows(() => channel.messages, /within ten days/);
    expect(reply.message_reference?.message_id).toBe(asked.id);
    await shows(() => admins.messages, /Give my role \*\*Send Messages in Threads and Create Public Threads\*\*/);
    guild.overwriteBot(channel, { deny: ['CreatePublicThreads', 'SendMessagesInThreads', 'SendMessages'] });
    member.post(channel, `<@${server.bot.id}> How many hours of sleep?`);
    await shows(() => server.addDirectMessage(member).messages, /I may not write in .*\n\n.*Eight hours/);
  });

  it('warns of missing permissions and prints the invite, without a connection', async () => {
    const server = await openStandIn();
    const guild = server.addGuild({ name: 'Coaching' });
    guild.setBotPermissions(['ViewChannel', 'SendMessages']);
    const api = createRestApi({ apiUrl: server.apiUrl, token: server.token, logger: silentLogger });
    const health = await createAppHealth({ api, wantsMessageContent: true, clock: systemClock }).check(never);
    expect(health.detail).toContain(
      `https://discord.com/oauth2/authorize?client_id=${server.applicationId}&scope=bot+applications.commands&permissions=`,
    );
    expect(health.state).toBe('degraded');
    expect(health.fix).toMatch(/"Coaching" \(Send Messages in Threads, Create Public Threads, Attach Files/);
    const refused = createRestApi({ apiUrl: server.apiUrl, token: 'wrong', logger: silentLogger });
    const sick = await createAppHealth({ api: refused, wantsMessageContent: true, clock: systemClock }).check(never);
    expect(sick).toMatchObject({ state: 'unhealthy', fix: expect.stringContaining('DISCORD_TOKEN') as string });
  });

  it('names what a linked channel takes away by permissions of its own, at the start and without a connection', async () => {
    const clock = createFakeClock(Date.now());
    const server = await openStandIn({ clock, startIntervalMs: 0 });
    const guild = server.addGuild({ name: 'Coaching' });
    const [general, help, news] = ['general', 'help', 'news'].map((name) => guild.addChannel({ name }));
    if (general === undefined || help === undefined || news === undefined) throw new Error('there are three channels');
    const { recordStore } = (await openEmbeddedStores(clock)).engines;
    const logger = createRecordingLogger();
    const api = createRestApi({ apiUrl: server.apiUrl, token: server.token, logger });
    const look = () => createChannelHealth({ api, recordStore, clock }).check(never);
    expect(await look()).toEqual({ state: 'healthy', detail: 'No single channel is linked.' });

    const links = createCreatorLinks({ recordStore, clock, creators: { add: async () => undefined } });
    const link = (workspaceId: string, channelId: string) =>
      links.link(
        { platform: 'discord', workspaceId, channelId, threadId: null, isDirect: false },
        { creatorId: creatorIdSchema.parse('coach'), wholeWorkspace: false, ingestion: 'managers' },
      );
    for (const { id } of [general, help]) await link(guild.id, id);
    await link('123456789012345678', '123456789012345679');
    guild.overwriteBot(help, { deny: ['SendMessages', 'EmbedLinks'] });
    guild.overwriteBot(news, { deny: ['SendMessages'] });
    expect(await look()).toMatchObject({
      state: 'degraded',
      fix: 'Give the bot\'s role what it lacks, in Edit Channel → Permissions: #help of "Coaching" (Send Messages, Embed Links).',
    });

    const adapter = openAdapter({ server, recordStore, clock, logger });
    await adapter.start(createRecordingChatHost({ commands: builtInCommands }));
    const told = () => logger.lines.filter(({ event }) => event === 'discord.permissions-missing');
    await eventually('it is told', () => told().length > 0);
    expect(told().map(({ fields }) => fields)).toMatchObject([
      { guildId: guild.id, channelId: help.id, missing: 'Send Messages, Embed Links' },
    ]);
    await adapter.stop();
  });

  it('names the switch of the intent that Discord does not grant', async () => {
    const server = await openStandIn({ privilegedIntents: [] });
    const gateway = createClientGateway({
      apiUrl: server.apiUrl,
      token: server.token,
      readsAll: true,
      listener: { dispatch() {}, fail() {} },
      logger: silentLogger,
    });
    await expect(gateway.connect()).rejects.toMatchObject({
      code: 'SETTINGS_INVALID',
      userMessage: expect.stringMatching(/4014[^]*Message Content Intent[^]*DISCORD_MESSAGE_CONTENT=false/) as string,
    });
  });

  it('starts without the intent where it is switched off for the app', async () => {
    const docent = await openDocent({ server: { privilegedIntents: [] } });
    await docent.link();
    await docent.addDocument();
    const asked = docent.member.post(docent.channel, `<@${docent.server.bot.id}> When are refunds paid?`);
    const thread = await threadOf(docent, asked);
    await shows(() => thread.messages, /within ten days/);
    // There are no admins to tell yet.
    const admins = docent.guild.addChannel({ name: 'admins' });
    await docent.manager.useCommand(docent.channel, 'link', { creator: 'coach', 'whole-workspace': true }).reply();
    await docent.manager.useCommand(admins, 'admin-channel').reply();
    docent.member.post(docent.channel, `<@${docent.server.bot.id}> How much water before a run?`);
    await shows(() => admins.messages, /cannot read messages that do not mention me.*Message Content Intent/);
    expect(docent.server.violations).toEqual([]);
  });

  it('tells the admins of a server where it was chosen what that means, without asking for a change', async () => {
    const docent = await openDocent({ environment: { DISCORD_MESSAGE_CONTENT: 'false' } });
    await docent.link();
    await docent.manager.useCommand(docent.channel, 'admin-channel').reply();
    docent.member.post(docent.channel, `<@${docent.server.bot.id}> When are refunds paid?`);
    await shows(
      () => docent.channel.messages,
      /cannot read messages that do not mention me.*Whoever runs me has chosen/,
    );
  });
});
