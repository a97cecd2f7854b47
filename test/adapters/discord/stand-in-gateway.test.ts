import { once } from 'node:events';
import { type Client, GatewayIntentBits, type Message } from 'discord.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { eventually } from '../../support/eventually.js';
import type { DiscordStandIn } from '../../support/discord/server.js';
import { call, createClient, login, openStandIn } from './open-stand-in.js';

const { Guilds, GuildMessages, MessageContent } = GatewayIntentBits;

/** A client that speaks the protocol by hand. */
interface RawClient {
  readonly received: {
    readonly op: number;
    readonly t: string | null;
    readonly s: number | null;
    readonly d: unknown;
  }[];
  send(op: number, d: unknown): void;
  sendText(text: string): void;
  /** The code that the server closes with. */
  readonly closed: Promise<number>;
  close(code: number): void;
}

async function connect(server: DiscordStandIn, query = '?v=10&encoding=json'): Promise<RawClient> {
  const { body } = await call(server, 'GET', '/gateway/bot');
  const socket = new WebSocket(`${(body as { url: string }).url}${query}`);
  onTestFinished(() => socket.terminate());
  const received: RawClient['received'] = [];
  socket.on('message', (data: Buffer) => received.push(JSON.parse(data.toString()) as RawClient['received'][number]));
  const closed = once(socket, 'close').then(([code]) => code as number);
  await once(socket, 'open');
  return {
    received,
    send: (op, d) => socket.send(JSON.stringify({ op, d })),
    sendText: (text) => socket.send(text),
    closed,
    close: (code) => socket.close(code),
  };
}

const properties = { os: 'linux', browser: 'test', device: 'test' };
const identity = (server: DiscordStandIn, change: object = {}): object => ({
  token: server.token,
  properties,
  intents: Guilds,
  ...change,
});

async function identify(
  server: DiscordStandIn,
  change: object = {},
): Promise<RawClient & { readonly sessionId: string }> {
  const client = await connect(server);
  client.send(2, identity(server, change));
  await eventually('READY', () => client.received.some(({ t }) => t === 'READY'));
  const ready = client.received.find(({ t }) => t === 'READY')?.d as { session_id: string };
  return { ...client, sessionId: ready.session_id };
}

describe('a session', () => {
  it('begins with hello, READY and the guilds, and has its heartbeats acknowledged', async () => {
    const server = await openStandIn();
    const guild = server.addGuild();
    const client = await identify(server);
    client.send(1, null);
    await eventually('the ACK', () => client.received.some(({ op }) => op === 11));
    expect(client.received.map(({ op, t, s }) => ({ op, t, s }))).toEqual([
      { op: 10, t: null, s: null },
      { op: 0, t: 'READY', s: 1 },
      { op: 0, t: 'GUILD_CREATE', s: 2 },
      { op: 11, t: null, s: null },
    ]);
    expect(client.received[1]?.d).toMatchObject({
      user: { id: server.bot.id },
      guilds: [{ id: guild.id, unavailable: true }],
    });
    expect(server.gateway.sessions).toEqual([
      { id: client.sessionId, shard: [0, 1], intents: Guilds, isConnected: true },
    ]);
  });

  it.each<[code: number, what: string, act: (client: RawClient, server: DiscordStandIn) => void]>([
    [4001, 'an opcode that there is not, later', (client) => client.send(99, null)],
    [4002, 'text that is no JSON', (client) => client.sendText('{')],
    [4002, 'more than 4,096 bytes', (client) => client.send(3, 'x'.repeat(4_097))],
    [4005, 'a second identify', (client, server) => client.send(2, identity(server))],
    [4008, '121 payloads in a minute', (client) => Array.from({ length: 121 }, () => client.send(1, null))],
  ])('is closed with %i for %s', async (code, _what, act) => {
    const server = await openStandIn();
    const client = await identify(server);
    act(client, server);
    expect(await client.closed).toBe(code);
    expect(server.violations).toMatchObject([{ where: 'gateway', code }]);
  });

  it.each<[code: number, what: string, op: number, change: object]>([
    [4002, 'an identify of another shape', 2, { properties: 1 }],
    [4004, 'another token', 2, { token: 'other' }],
    [4004, 'another token, resuming', 6, { token: 'other', session_id: 'a', seq: 1 }],
    [4010, 'a shard that there is not', 2, { shard: [1, 1] }],
    [4013, 'an intent that there is not', 2, { intents: 1 << 30 }],
    [4014, 'an intent that is switched off', 2, { intents: MessageContent }],
    [4003, 'anything before an identify', 3, {}],
  ])('does not begin: %i for %s', async (code, _what, op, change) => {
    const server = await openStandIn({ privilegedIntents: [] });
    const client = await connect(server);
    client.send(op, op === 2 ? identity(server, change) : { token: server.token, ...change });
    expect(await client.closed).toBe(code);
    expect(server.gateway.sessions).toEqual([]);
  });

  it('does not begin in another version, or with more than 2,500 guilds on a shard', async () => {
    const server = await openStandIn();
    expect(await (await connect(server, '?v=9&encoding=json')).closed).toBe(4012);
    for (let count = 0; count <= 2_500; count += 1) server.addGuild();
    const alone = await connect(server);
    alone.send(2, identity(server));
    expect(await alone.closed).toBe(4011);
    const half = await identify(server, { shard: [0, 2] });
    expect(half.received.some(({ t }) => t === 'READY')).toBe(true);
  });

  it('begins 5 seconds after another one of its key', async () => {
    const server = await openStandIn({ maxConcurrency: 2 });
    await identify(server, { shard: [0, 4] });
    await identify(server, { shard: [1, 4] });
    const third = await connect(server);
    third.send(2, identity(server, { shard: [2, 4] }));
    await eventually('op 9', () => third.received.some(({ op, d }) => op === 9 && d === false));
    expect(server.gateway.identifies).toBe(2);
  });

  it('ends with 4009 when no heartbeat comes', async () => {
    const server = await openStandIn({ heartbeatIntervalMs: 20 });
    expect(await (await connect(server)).closed).toBe(4009);
  });

  it('is told of the guilds on its shard; direct messages go to the first', async () => {
    const server = await openStandIn({ maxConcurrency: 2 });
    const guilds = [server.addGuild(), server.addGuild()];
    const shards: RawClient[] = [];
    for (const index of [0, 1])
      shards.push(await identify(server, { shard: [index, 2], intents: Guilds | GatewayIntentBits.DirectMessages }));
    const person = server.addUser();
    person.post(server.addDirectMessage(person), 'Hello');
    const told = (index: number): unknown[] =>
      shards[index]!.received.filter(({ t }) => t === 'GUILD_CREATE' || t === 'MESSAGE_CREATE').map(({ t, d }) =>
        t === 'GUILD_CREATE' ? (d as { id: string }).id : t,
      );
    await eventually('the message', () => told(0).length + told(1).length === 3);
    const onFirst = told(0).filter((what) => what !== 'MESSAGE_CREATE');
    expect(told(0)).toContain('MESSAGE_CREATE');
    expect(new Set([...onFirst, ...told(1)])).toEqual(new Set(guilds.map(({ id }) => id)));
    expect(onFirst).toHaveLength(1);
  });
});

describe('a session that lost its connection', () => {
  const resume = async (server: DiscordStandIn, sessionId: string, seq: number): Promise<RawClient> => {
    const client = await connect(server);
    client.send(6, { token: server.token, session_id: sessionId, seq });
    return client;
  };

  it('is resumed with what it missed, and what it saw where a test wants that', async () => {
    const server = await openStandIn();
    const guild = server.addGuild();
    const first = await identify(server);
    server.gateway.cutConnections();
    await first.closed;
    guild.addChannel({ name: 'missed' });
    server.gateway.repeatedAfterResume = 1;
    const second = await resume(server, first.sessionId, 2);
    await eventually('RESUMED', () => second.received.some(({ t }) => t === 'RESUMED'));
    expect(second.received.map(({ t, s }) => ({ t, s }))).toEqual([
      { t: null, s: null },
      { t: 'GUILD_CREATE', s: 2 },
      { t: 'CHANNEL_CREATE', s: 3 },
      { t: 'RESUMED', s: 4 },
    ]);
    expect(server.gateway).toMatchObject({ identifies: 1, resumes: 1 });
  });

  it('is gone when the client closed it with 1000, or the server made it invalid', async () => {
    const server = await openStandIn();
    const first = await identify(server);
    first.close(1_000);
    await first.closed;
    await eventually('the session is gone', () => server.gateway.sessions.length === 0);
    const second = await resume(server, first.sessionId, 1);
    await eventually('op 9', () => second.received.some(({ op, d }) => op === 9 && d === false));
  });

  it('is closed with 4007 for a number that was not reached', async () => {
    const server = await openStandIn();
    const first = await identify(server);
    first.close(4_000);
    await first.closed;
    expect(await (await resume(server, first.sessionId, 99)).closed).toBe(4007);
  });
});

describe('discord.js, at the gateway', () => {
  const watch = (client: Client): Message[] => {
    const seen: Message[] = [];
    client.on('messageCreate', (message) => seen.push(message));
    return seen;
  };

  it.each<[what: string, fault: (server: DiscordStandIn) => void]>([
    ['asked to reconnect', (server) => server.gateway.requestReconnect()],
    ['told that its session is invalid, and can be resumed', (server) => server.gateway.invalidateSession(true)],
    ['closed with 4000', (server) => server.gateway.closeConnections(4_000)],
    ['cut', (server) => server.gateway.cutConnections()],
  ])('resumes and misses nothing when it is %s', async (_what, fault) => {
    const server = await openStandIn();
    const guild = server.addGuild();
    const channel = guild.addChannel();
    const member = guild.addMember();
    const client = await login(server);
    const seen = watch(client);
    fault(server);
    member.post(channel, 'while it was away');
    await eventually('the session was resumed', () => server.gateway.resumes === 1);
    await eventually('the message came', () => seen.length === 1);
    expect(server.gateway.identifies).toBe(1);
  });

  it('gets the same dispatch twice where a test wants that', async () => {
    const server = await openStandIn();
    const guild = server.addGuild();
    const channel = guild.addChannel();
    const client = await login(server);
    const seen: string[] = [];
    client.on('interactionCreate', ({ id }) => seen.push(id));
    await call(server, 'POST', `/applications/${server.applicationId}/commands`, { name: 'ask', description: 'Asks.' });
    const run = guild.addMember().useCommand(channel, 'ask');
    server.gateway.repeatLast('INTERACTION_CREATE');
    await eventually('both came', () => seen.length === 2);
    expect(seen).toEqual([run.id, run.id]);
  });

  it('leaves a connection without ACK, and resumes on another', async () => {
    const server = await openStandIn({ heartbeatIntervalMs: 100 });
    const guild = server.addGuild();
    const channel = guild.addChannel();
    const member = guild.addMember();
    const client = await login(server);
    const seen = watch(client);
    server.gateway.isAlive = false;
    member.post(channel, 'to a dead connection');
    await eventually('the client gave up', () => server.gateway.sessions.every(({ isConnected }) => !isConnected));
    expect(seen).toEqual([]);
    server.gateway.isAlive = true;
    await eventually('the message came', () => seen.length === 1);
    expect(server.gateway.resumes).toBeGreaterThan(0);
  });

  it('is not let in while the gateway is down', async () => {
    const server = await openStandIn();
    server.gateway.isDown = true;
    await expect(createClient(server).login(server.token)).rejects.toThrow('Unexpected server response: 503');
  });

  it.each<[code: string, change: Parameters<typeof openStandIn>[0], token: string]>([
    ['Used disallowed intents', { privilegedIntents: [] }, ''],
    ['An invalid token was provided', {}, 'other'],
  ])('fails to log in: %s', async (message, options, other) => {
    const server = await openStandIn(options);
    server.addGuild();
    const client = createClient(server, { intents: [Guilds, GuildMessages, MessageContent] });
    await expect(client.login(`${server.token}${other}`)).rejects.toThrow(message);
  });
});

describe('guilds', () => {
  it('come and go with the bot', async () => {
    const server = await openStandIn();
    const guild = server.addGuild({ name: 'Late', hasBot: false });
    const client = await login(server);
    expect(client.guilds.cache.size).toBe(0);
    const joined = once(client, 'guildCreate');
    guild.inviteBot();
    expect(((await joined) as [{ name: string }])[0].name).toBe('Late');
    const left = once(client, 'guildDelete');
    guild.removeBot();
    await left;
    expect(await call(server, 'GET', `/guilds/${guild.id}`)).toMatchObject({ status: 404, body: { code: 10004 } });
  });
});
