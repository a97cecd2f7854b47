import { once } from 'node:events';
import { Client, type ClientOptions, GatewayIntentBits, type Interaction, Partials } from 'discord.js';
import { onTestFinished } from 'vitest';
import type { Person } from '../../support/discord/people.js';
import { type DiscordStandIn, type DiscordStandInOptions, startDiscordStandIn } from '../../support/discord/server.js';
import type { Channel, Guild } from '../../support/discord/world.js';
import { type FakeClock, createFakeClock } from '../../support/fake-clock.js';

/** Starts a stand-in that ends with the test. */
export async function openStandIn(options: DiscordStandInOptions = {}): Promise<DiscordStandIn> {
  const server = await startDiscordStandIn(options);
  onTestFinished(() => server.close());
  return server;
}

/** A client as it comes, that knows the stand-in as the API; it is not logged in. */
export function createClient(server: DiscordStandIn, options: Partial<ClientOptions> = {}): Client {
  const { Guilds, GuildMessages, DirectMessages, MessageContent } = GatewayIntentBits;
  const client = new Client({
    intents: [Guilds, GuildMessages, DirectMessages, MessageContent],
    partials: [Partials.Channel],
    ...options,
    rest: { api: server.apiUrl, ...options.rest },
  });
  onTestFinished(() => client.destroy());
  return client;
}

/** A client that is ready. */
export async function login(server: DiscordStandIn, options: Partial<ClientOptions> = {}): Promise<Client<true>> {
  const client = createClient(server, options);
  const ready = once(client, 'clientReady');
  await client.login(server.token);
  await ready;
  return client as Client<true>;
}

/** A guild with a channel and a member, and a client that is ready, on a clock that stands still. */
export interface Room {
  readonly server: DiscordStandIn;
  readonly clock: FakeClock;
  readonly guild: Guild;
  readonly channel: Channel;
  readonly member: Person;
  readonly client: Client<true>;
  /** The next interaction that the client is told of. */
  next(): Promise<Interaction>;
}

/** Opens a room where these global commands are registered. */
export async function openRoomWith(commands: readonly object[], options: DiscordStandInOptions = {}): Promise<Room> {
  const clock = createFakeClock();
  const server = await openStandIn({ clock, ...options });
  const guild = server.addGuild();
  const channel = guild.addChannel();
  const member = guild.addMember({ name: 'Ann' });
  await call(server, 'PUT', `/applications/${server.applicationId}/commands`, [...commands]);
  const client = await login(server);
  const next = async (): Promise<Interaction> => ((await once(client, 'interactionCreate')) as [Interaction])[0];
  return { server, clock, guild, channel, member, client, next };
}

/** Calls the API without a client, as the bot. */
export async function call(
  server: DiscordStandIn,
  method: string,
  path: string,
  body?: object | FormData | string,
): Promise<{ readonly status: number; readonly body: unknown }> {
  const isJson = body !== undefined && !(body instanceof FormData);
  const response = await fetch(`${server.apiUrl}/v10${path}`, {
    method,
    headers: { authorization: `Bot ${server.token}`, ...(isJson && { 'content-type': 'application/json' }) },
    ...(body !== undefined && {
      body: body instanceof FormData || typeof body === 'string' ? body : JSON.stringify(body),
    }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
}
