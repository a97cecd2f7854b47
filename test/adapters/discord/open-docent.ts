import { join } from 'node:path';
import { ButtonStyle, ComponentType, MessageType } from 'discord.js';
import { onTestFinished } from 'vitest';
import type { RunningDocent } from '../../../src/core/app.js';
import { launch } from '../../../src/launch.js';
import type { DiscordStandIn, DiscordStandInOptions } from '../../support/discord/server.js';
import type { Person } from '../../support/discord/people.js';
import type { Channel, Guild, Message, Upload } from '../../support/discord/world.js';
import { eventually } from '../../support/eventually.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { openStandIn } from './open-stand-in.js';

/** A whole Docent on the embedded engines, in a guild with a manager, a member and a channel. */
export interface DiscordDocent {
  readonly server: DiscordStandIn;
  readonly guild: Guild;
  readonly channel: Channel;
  readonly manager: Person;
  readonly member: Person;
  /** Docent as it runs now. */
  readonly docent: RunningDocent;
  /** Stops it as SIGTERM does. */
  stop(drainMs?: number): Promise<void>;
  /** Starts it on the same data folder. */
  start(): Promise<void>;
  /** Links the channel to a creator, or the whole server. */
  link(options?: { readonly channel?: Channel; readonly creator?: string }): Promise<void>;
  /** Adds a text as a document; resolves when it can be asked about. */
  addDocument(name?: string, text?: string): Promise<void>;
}

/** A document with three statements, each under a heading. */
export const handbook = [
  '# Refunds',
  '',
  'Refunds for cancelled sessions are paid within ten days.',
  '',
  '# Water',
  '',
  'Drink half a litre of water before every long run.',
  '',
  '# Sleep',
  '',
  'Eight hours of sleep restore tired muscles.',
].join('\n');

const plugins = ['hash-embedder-plugin.js'].map((name) => join(process.cwd(), 'dist/test/fixtures', name)).join(',');

/** What a Docent on the stand-in is started with. */
export function environmentOf(server: DiscordStandIn, folder: string): Record<string, string> {
  return {
    DOCENT_DATA_FOLDER: join(folder, 'data'),
    DOCENT_PLUGINS: plugins,
    DOCENT_EMBEDDER: 'hash-embedder',
    DOCENT_LOG_LEVEL: 'silent',
    DOCENT_WEB_PORT: '0',
    DISCORD_TOKEN: server.token,
    DISCORD_API_URL: server.apiUrl,
    DISCORD_CDN_URL: server.cdnUrl,
  };
}

/** Starts one that is stopped with the test. It may start again at once, without the wait that Discord asks for. */
export async function openDocent(
  options: {
    readonly server?: DiscordStandInOptions;
    readonly environment?: Readonly<Record<string, string>>;
  } = {},
): Promise<DiscordDocent> {
  const folder = await temporaryFolder();
  const server = await openStandIn({ startIntervalMs: 0, ...options.server });
  const guild = server.addGuild({ name: 'Coaching' });
  // The first one gets the welcome.
  guild.addChannel({ name: 'general' });
  const channel = guild.addChannel({ name: 'help' });
  const manager = guild.addMember({ name: 'Mona', permissions: ['ManageGuild'] });
  const member = guild.addMember({ name: 'Ann' });
  const environment = { ...environmentOf(server, folder), ...options.environment };
  let docent: RunningDocent | undefined;

  const stop = async (drainMs = 5_000): Promise<void> => {
    await docent?.stop(drainMs);
    docent = undefined;
  };
  const start = async (): Promise<void> => {
    docent = await launch({ environment, folder });
  };
  onTestFinished(() => stop(0));
  await start();

  return {
    server,
    guild,
    channel,
    manager,
    member,
    stop,
    start,
    get docent() {
      if (docent === undefined) throw new Error('Docent is stopped');
      return docent;
    },
    async link({ channel: place = channel, creator = 'coach' } = {}) {
      await manager.useCommand(place, 'link', { creator }).reply();
    },
    async addDocument(name = 'handbook.md', text = handbook) {
      const run = manager.useCommand(channel, 'ingest', { file: upload(name, text) });
      await shows(() => run.messages, /can be asked about now/);
    },
  };
}

/** A file of text, or of bytes. */
export function upload(name: string, content: string | Uint8Array): Upload {
  return { name, bytes: typeof content === 'string' ? Buffer.from(content) : content };
}

/** Waits until one of the messages says it, and returns that one. */
export async function shows(messages: () => readonly Message[], pattern: RegExp): Promise<Message> {
  const found = (): Message | undefined => messages().find(({ content }) => pattern.test(content));
  try {
    await eventually(`a message says ${String(pattern)}`, () => found() !== undefined);
  } catch (error) {
    const texts = messages().map(({ content }) => content);
    throw new Error(`no message says ${String(pattern)} among ${JSON.stringify(texts)}`, { cause: error });
  }
  return found() as Message;
}

/** Waits for the thread that is opened from a message. */
export async function threadOf({ guild }: Pick<DiscordDocent, 'guild'>, { id }: Message): Promise<Channel> {
  await eventually('there is a thread', () => guild.channels.has(id));
  return guild.channels.get(id) as Channel;
}

/** What stands in a channel or thread: without the line at the top of a thread that Discord makes itself. */
export function written({ messages }: Channel): readonly Message[] {
  return messages.filter(({ type }) => type !== MessageType.ThreadStarterMessage);
}

/** The id of the button or the select with this label. */
export function buttonOf({ components }: Message, label: string): string {
  for (const row of components ?? [])
    if (row.type === ComponentType.ActionRow)
      for (const component of row.components) {
        if (component.type === ComponentType.StringSelect && component.placeholder === label)
          return component.custom_id;
        if (
          component.type === ComponentType.Button &&
          component.style === ButtonStyle.Secondary &&
          component.label === label
        )
          return component.custom_id;
      }
  throw new Error(`the message has no ${label}`);
}
