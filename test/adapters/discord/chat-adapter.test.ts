import type { ChatHost } from '../../../src/core/ports/chat-adapter.js';
import { systemClock } from '../../../src/core/system-clock.js';
import { describeChatAdapterContract } from '../../contracts/chat-adapter.contract.js';
import type { RecordingChatHost } from '../../contracts/recording-chat-host.js';
import type { Channel } from '../../support/discord/world.js';
import { openEmbeddedStores } from '../../support/embedded-stores.js';
import { eventually } from '../../support/eventually.js';
import { openAdapter } from './open-adapter.js';
import { openStandIn } from './open-stand-in.js';

describeChatAdapterContract('discord', async (host: ChatHost) => {
  const server = await openStandIn({ maxConcurrency: 16 });
  const guild = server.addGuild();
  // The first one gets the welcome.
  guild.addChannel({ name: 'general' });
  const reports = guild.addChannel({ name: 'reports' });
  const ann = guild.addMember({ name: 'Ann' });
  const { engines } = await openEmbeddedStores(systemClock);
  const { recordStore } = engines;
  const open = () => openAdapter({ server, recordStore, clock: systemClock });
  let adapter = open();
  await adapter.start(host);
  const { events } = host as RecordingChatHost;
  const ofBot = (place: Channel): string[] =>
    place.messages.filter(({ author }) => author.id === server.bot.id).map(({ content }) => content);

  return {
    get adapter() {
      return adapter;
    },
    async ask(text) {
      const known = events.length;
      // A channel for each question, so that what is in it is the outcome of that one.
      ann.post(guild.addChannel(), `<@${server.bot.id}> ${text}`);
      await eventually('the host has the event', () => events.length > known);
    },
    async shown({ address }) {
      const thread = guild.channels.get(address.threadId ?? '');
      return [...ofBot(server.channel(address.channelId)), ...(thread === undefined ? [] : ofBot(thread))];
    },
    postAddress: {
      platform: 'discord',
      workspaceId: guild.id,
      channelId: reports.id,
      threadId: null,
      isDirect: false,
    },
    posted: async () => ofBot(reports),
    elsewhere: open,
    async restart() {
      await adapter.stop();
      adapter = open();
      await adapter.start(host);
    },
  };
});
