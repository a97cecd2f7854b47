import type { ChatEvent } from '../../../src/core/chat/chat-event.js';
import type { ChatHost } from '../../../src/core/ports/chat-adapter.js';
import { describeChatAdapterContract } from '../../contracts/chat-adapter.contract.js';
import { eventually } from '../../support/eventually.js';
import { openSlack } from './open-slack.js';

/** An adapter whose people ask by a mention in a channel. */
async function subject(receiver: 'http' | 'socket', host: ChatHost) {
  let accepted = 0;
  const slack = await openSlack({
    receiver,
    host: {
      async accept(event: ChatEvent) {
        const outcome = await host.accept(event);
        if (outcome === 'accepted') accepted += 1;
        return outcome;
      },
    },
  });
  const { server, workspace, installation, ada, channel, mention } = slack;
  const reports = server.addChannel(workspace.id, 'reports', [ada.id, installation.botUserId]);
  return {
    get adapter() {
      return slack.adapter;
    },
    async ask(text: string) {
      const before = accepted;
      ada.post(channel.id, { text: `${mention} ${text}` });
      await eventually('the host has the event', () => accepted === before + 1);
      await server.settled();
    },
    shown: async ({ address }: ChatEvent) =>
      server.screen.thread(address.channelId, address.threadId ?? '').map(({ text }) => text),
    postAddress: {
      platform: 'slack',
      workspaceId: workspace.id,
      channelId: reports.id,
      threadId: null,
      isDirect: false,
    },
    posted: async () => server.screen.channel(reports.id).map(({ text }) => text),
    elsewhere: async () => (await slack.elsewhere()).adapter,
    restart: () => slack.restart(),
  };
}

describeChatAdapterContract('slack over HTTP', (host) => subject('http', host));
describeChatAdapterContract('slack over Socket Mode', (host) => subject('socket', host));
