import type { App } from '@slack/bolt';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { eventually } from '../../support/eventually.js';
import { openBoltOverHttp } from '../../support/slack/open-bolt.js';
import { type SlackRoom, openSlackRoom } from '../../support/slack/open-room.js';

const filesSchema = z.looseObject({ files: z.array(z.looseObject({ name: z.string() })) });

describe('Bolt over HTTP', () => {
  let room: SlackRoom;
  let app: App;
  beforeEach(async () => {
    room = await openSlackRoom();
    app = await openBoltOverHttp(room);
  });

  it('gets a mention as two events of one timestamp, and its answer is seen in the thread', async () => {
    const { server, ada, channel, installation } = room;
    app.event('app_mention', async ({ event, say }) => {
      await say({ text: 'Hello', thread_ts: event.ts });
    });
    const { message, deliveries } = ada.post(channel.id, { text: `<@${installation.botUserId}> hi` });
    await eventually('the answer', () => server.screen.thread(channel.id, message.ts).length === 1);
    expect(server.screen.thread(channel.id, message.ts)[0]).toMatchObject({ text: 'Hello', isFromApp: true });
    const bodies = deliveries.map(({ body }) => body as { event_id: string; event: { type: string; ts: string } });
    expect(bodies.map(({ event }) => [event.type, event.ts])).toEqual([
      ['app_mention', message.ts],
      ['message', message.ts],
    ]);
    expect(new Set(bodies.map(({ event_id: id }) => id)).size).toBe(2);
    expect(server.violations).toEqual([]);
  });

  it('runs a command, opens a modal, refuses a field, and closes it', async () => {
    const { server, ada, channel } = room;
    app.command('/ask', async ({ ack, body, client }) => {
      await ack();
      await client.views.open({ trigger_id: body.trigger_id, view: questionView(channel.id) });
    });
    app.view('question', async ({ ack, view, client }) => {
      const { value } = view.state.values['question']?.['text'] ?? {};
      if (value !== 'why') return ack({ response_action: 'errors', errors: { question: 'Ask why.' } });
      await ack();
      await client.chat.postMessage({ channel: view.private_metadata, text: `You asked: ${value}` });
    });
    await ada.command('/ask', '', channel.id).settled;
    await eventually('the modal', () => server.screen.modal(ada.id) !== undefined);
    expect(server.screen.modal(ada.id)).toMatchObject({ title: 'Ask', submit: 'Ask', errors: {} });
    await ada.submit({ question: 'how' }).settled;
    expect(server.screen.modal(ada.id)?.errors).toEqual({ question: 'Ask why.' });
    await ada.submit({ question: 'why' }).settled;
    expect(server.screen.modal(ada.id)).toBeUndefined();
    await eventually('the post', () => server.screen.channel(channel.id).length === 1);
    expect(server.violations).toEqual([]);
  });

  it('answers a command by its acknowledgement and by its response address', async () => {
    const { server, ada, grace, channel } = room;
    app.command('/ask', async ({ ack, respond }) => {
      await ack('Looking …');
      await respond({ text: 'Found', response_type: 'in_channel' });
    });
    await ada.command('/ask', 'lunch?', channel.id).settled;
    await eventually('the answer', () => server.screen.channel(channel.id).length === 1);
    expect(server.screen.ephemerals(ada.id).map(({ text }) => text)).toEqual(['Looking …']);
    expect(server.screen.ephemerals(grace.id)).toEqual([]);
    expect(server.screen.channel(channel.id)[0]?.text).toBe('Found');
  });

  it('learns of a pressed button and replaces the message', async () => {
    const { server, ada, channel, client } = room;
    app.action('yes', async ({ ack, respond, action }) => {
      await ack();
      await respond({ text: `Chosen: ${'value' in action ? action.value : ''}`, replace_original: true });
    });
    const { ts = '' } = await client.chat.postMessage({
      channel: channel.id,
      text: 'Sure?',
      blocks: [button('yes', '1')],
    });
    await ada.use({ channelId: channel.id, ts }, { actionId: 'yes' }).settled;
    await eventually('the change', () => server.screen.message(channel.id, ts).isEdited);
    expect(server.screen.message(channel.id, ts).texts).toEqual(['[yes]', 'Chosen: 1']);
  });

  it('gets shortcuts: of a message with its files, and of the whole workspace', async () => {
    const { ada, channel } = room;
    const seen: unknown[] = [];
    app.shortcut('add_to_knowledge', async ({ ack, shortcut }) => {
      await ack();
      if (shortcut.type === 'message_action')
        seen.push(filesSchema.parse(shortcut.message).files.map(({ name }) => name));
    });
    app.shortcut('ask_docent', async ({ ack, shortcut }) => {
      await ack();
      seen.push(shortcut.type);
    });
    const { message } = ada.post(channel.id, { files: [{ name: 'plan.pdf', bytes: Buffer.from('%PDF') }] });
    await ada.messageShortcut('add_to_knowledge', message).settled;
    await ada.globalShortcut('ask_docent').settled;
    expect(seen).toEqual([['plan.pdf'], 'shortcut']);
    expect(() => ada.globalShortcut('add_to_knowledge')).toThrow('no global shortcut');
  });

  it('publishes a home tab when it is opened, and is told of its buttons', async () => {
    const { server, ada } = room;
    const pressed: string[] = [];
    app.event('app_home_opened', async ({ event, client }) => {
      await client.views.publish({ user_id: event.user, view: { type: 'home', blocks: [button('go', 'x')] } });
    });
    app.action('go', async ({ ack, body }) => {
      await ack();
      pressed.push(body.user.id);
    });
    ada.openHome('home');
    await eventually('the home tab', () => server.screen.home(ada.id) !== undefined);
    expect(server.screen.home(ada.id)?.lines).toEqual(['[go]']);
    await ada.useInHome({ actionId: 'go' }).settled;
    expect(pressed).toEqual([ada.id]);
  });

  it('does not answer itself, though its own posts come back to it', async () => {
    const { server, channel, client } = room;
    const heard: string[] = [];
    app.message(async ({ message }) => void heard.push(message.ts));
    await client.chat.postMessage({ channel: channel.id, text: 'Mine' });
    await server.settled();
    expect(server.deliveries.map(({ type, state }) => [type, state])).toEqual([['message', 'acknowledged']]);
    expect(heard).toEqual([]);
  });

  it('is refused a delivery with another signature, or with one that is too old', async () => {
    const { server, ada, channel } = room;
    server.behaviour.signingSecret = 'somebody else';
    const forged = ada.command('/ask', '', channel.id);
    await forged.settled;
    server.behaviour.signingSecret = undefined;
    server.behaviour.signatureAgeSeconds = 301;
    const stale = ada.command('/ask', '', channel.id);
    await stale.settled;
    expect([forged, stale].map(({ state, attempts }) => [state, attempts[0]?.failure])).toEqual([
      ['lost', 'http_error'],
      ['lost', 'http_error'],
    ]);
    expect(server.screen.notices(ada.id)).toEqual([
      '/ask failed with the error "dispatch_failed"',
      '/ask failed with the error "dispatch_failed"',
    ]);
  });
});

function button(actionId: string, value: string) {
  return {
    type: 'actions' as const,
    elements: [
      { type: 'button' as const, action_id: actionId, text: { type: 'plain_text' as const, text: actionId }, value },
    ],
  };
}

function questionView(channelId: string) {
  return {
    type: 'modal' as const,
    callback_id: 'question',
    private_metadata: channelId,
    title: { type: 'plain_text' as const, text: 'Ask' },
    submit: { type: 'plain_text' as const, text: 'Ask' },
    blocks: [
      {
        type: 'input' as const,
        block_id: 'question',
        label: { type: 'plain_text' as const, text: 'Question' },
        element: { type: 'plain_text_input' as const, action_id: 'text' },
      },
    ],
  };
}
