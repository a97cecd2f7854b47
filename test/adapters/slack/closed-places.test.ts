import { describe, expect, it } from 'vitest';
import { notice } from '../../../src/core/chat/outgoing-message.js';
import type { Message } from '../../support/slack/world.js';
import { answer, ask } from './ask-slack.js';
import { type OpenedSlack, openSlack } from './open-slack.js';

const never = new AbortController().signal;

describe('a channel that takes no message any more', () => {
  it.each([
    ['is archived', (slack: OpenedSlack) => void slack.ada.archive(slack.channel.id), 'archived'],
    ['threw the app out', (slack: OpenedSlack) => void slack.ada.removeApp(slack.channel.id), 'not in this channel'],
  ])('that %s sends the answer to the person, with the reason', async (_what, close, reason) => {
    const { slack, reply, inTime } = await ask();
    close(slack);
    await inTime(reply.finish(answer));
    await inTime(reply.finish(answer));
    const direct = slack.server.screen.direct(slack.ada.id).map(({ text }) => text);
    expect(direct).toHaveLength(2);
    expect(direct[0]).toContain(reason);
    expect(direct[1]).toContain('Six days a year');
  });

  it.each([
    ['threw the app out', (slack: OpenedSlack) => void slack.ada.removeApp(slack.channel.id), 'not in this channel'],
    [
      'lost the message that asked',
      (slack: OpenedSlack, message: Message) => void slack.ada.delete(message),
      'you wrote to me is gone',
    ],
  ])('that %s does so too for who opens the reply later, or elsewhere', async (_what, close, reason) => {
    const { slack, inTime, event } = await ask();
    close(slack, slack.server.channel(slack.channel.id).messages.get(event.address.threadId ?? '') as Message);
    const { adapter } = await slack.elsewhere();
    const reply = await inTime(adapter.openReply(event, never));
    await inTime(reply.finish(answer));
    const direct = slack.server.screen.direct(slack.ada.id).map(({ text }) => text);
    expect(direct).toHaveLength(2);
    expect(direct[0]).toContain(reason);
    expect(direct[1]).toContain('Six days a year');
  });
});

describe('a direct talk', () => {
  it('gets the answer to a message that was deleted meanwhile', async () => {
    const slack = await openSlack();
    const { message } = slack.ada.tell({ text: 'How many days?' });
    await slack.server.settled();
    const reply = await slack.adapter.openReply(slack.host.events[0]!, never);
    slack.ada.delete(message);
    await reply.finish(answer);
    const direct = slack.server.screen.direct(slack.ada.id).map(({ text }) => text);
    expect(direct.join(' ')).toMatch(/wrote to me is gone[^]*Six days a year/);
  });

  it('of two people, where files are added by the shortcut, leaves the outcome to the own one', async () => {
    const slack = await openSlack();
    const { server, workspace, ada, grace } = slack;
    const theirs = server.addChannel(workspace.id, 'theirs', [ada.id, grace.id], 'im');
    const { message } = ada.post(theirs.id, { files: [{ name: 'faq.txt', bytes: new TextEncoder().encode('Q') }] });
    await ada.messageShortcut('add_to_knowledge', message).settled;
    const reply = await slack.adapter.openReply(slack.host.events[0]!, never);
    await reply.finish(notice('It can be asked about now.'));
    expect(server.screen.direct(ada.id).map(({ text }) => text)).toContain('It can be asked about now.');
  });
});
