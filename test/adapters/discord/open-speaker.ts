import type { ChatEvent } from '../../../src/core/chat/chat-event.js';
import type { ChatAdapter } from '../../../src/core/ports/chat-adapter.js';
import type { Logger } from '../../../src/core/ports/logger.js';
import type { DiscordSettings } from '../../../src/adapters/discord/settings.js';
import { builtInCommands } from '../../../src/plugins.js';
import { type RecordingChatHost, createRecordingChatHost } from '../../contracts/recording-chat-host.js';
import type { DiscordStandIn, DiscordStandInOptions } from '../../support/discord/server.js';
import type { Person } from '../../support/discord/people.js';
import type { Channel, Guild } from '../../support/discord/world.js';
import { openEmbeddedStores } from '../../support/embedded-stores.js';
import { eventually } from '../../support/eventually.js';
import { type FakeClock, createFakeClock } from '../../support/fake-clock.js';
import { openAdapter } from './open-adapter.js';
import { openStandIn } from './open-stand-in.js';

/** An adapter that has started, on the built-in commands and a host that answers nothing by itself, in a time that tests move. */
export interface Speaker {
  readonly clock: FakeClock;
  readonly server: DiscordStandIn;
  readonly host: RecordingChatHost;
  readonly adapter: ChatAdapter;
  readonly guild: Guild;
  readonly channel: Channel;
  readonly manager: Person;
  readonly member: Person;
  /** Somebody mentions Docent in the channel; the event that the host got. */
  mention(text?: string): Promise<ChatEvent>;
  /** Stops the adapter, lets something happen, and starts another one on the same records. */
  restart(meanwhile: () => void | Promise<void>): Promise<void>;
  /** The event that the host got last, once it has one more. */
  nextEvent(act: () => void): Promise<ChatEvent>;
}

/** Opens one. */
export async function openSpeaker(
  options: {
    readonly server?: DiscordStandInOptions;
    readonly settings?: Partial<DiscordSettings>;
    readonly host?: Partial<RecordingChatHost>;
    readonly logger?: Logger;
  } = {},
): Promise<Speaker> {
  const clock = createFakeClock(Date.now());
  const server = await openStandIn({ clock, maxConcurrency: 16, startIntervalMs: 0, ...options.server });
  const guild = server.addGuild({ name: 'Coaching' });
  guild.addChannel({ name: 'general' });
  const channel = guild.addChannel({ name: 'help' });
  const manager = guild.addMember({ name: 'Mona', permissions: ['ManageGuild'] });
  const member = guild.addMember({ name: 'Ann' });
  const { engines } = await openEmbeddedStores(clock);
  const host = createRecordingChatHost({ commands: builtInCommands, ...options.host });
  const open = (): ChatAdapter =>
    openAdapter({
      server,
      recordStore: engines.recordStore,
      clock,
      ...(options.logger === undefined ? {} : { logger: options.logger }),
      ...(options.settings === undefined ? {} : { settings: options.settings }),
    });
  let adapter = open();
  // The guild was joined long ago; its first channel gets the welcome.
  await clock.advance(3_600_000);
  await adapter.start(host);

  async function nextEvent(act: () => void): Promise<ChatEvent> {
    const known = host.events.length;
    act();
    await eventually('the host has the event', () => host.events.length > known);
    return host.events.at(-1) as ChatEvent;
  }

  return {
    clock,
    server,
    host,
    get adapter() {
      return adapter;
    },
    guild,
    channel,
    manager,
    member,
    async restart(meanwhile) {
      await adapter.stop();
      await meanwhile();
      adapter = open();
      await adapter.start(host);
    },
    nextEvent,
    mention: (text = 'When are refunds paid?') => nextEvent(() => member.post(channel, `<@${server.bot.id}> ${text}`)),
  };
}
