import { beforeEach, describe, expect, it } from 'vitest';
import { refusalOf } from '../../support/slack/open-bolt.js';
import { type SlackRoom, openSlackRoom } from '../../support/slack/open-room.js';
import type { Message } from '../../support/slack/world.js';

describe('a stream', () => {
  let room: SlackRoom;
  let question: Message;
  beforeEach(async () => {
    room = await openSlackRoom();
    question = room.ada.post(room.channel.id, { text: 'Why?' }).message;
  });
  const start = (given: Record<string, unknown> = {}) =>
    room.client.chat.startStream({
      channel: room.channel.id,
      thread_ts: question.ts,
      recipient_team_id: room.workspace.id,
      recipient_user_id: room.ada.id,
      ...given,
    });
  const append = (ts: string | undefined, text: string) =>
    room.client.chat.appendStream({ channel: room.channel.id, ts: ts ?? '', markdown_text: text });
  const stop = (ts: string | undefined, given: Record<string, unknown> = {}) =>
    room.client.chat.stopStream({ channel: room.channel.id, ts: ts ?? '', ...given });

  it('of the official streamer is seen as it grows, with tasks, sources and closing blocks', async () => {
    const { server, client, channel, workspace, ada } = room;
    const streamer = client.chatStream({
      channel: channel.id,
      thread_ts: question.ts,
      recipient_team_id: workspace.id,
      recipient_user_id: ada.id,
      buffer_size: 1,
    });
    await streamer.append({ markdown_text: 'Because' });
    await streamer.append({ chunks: [{ type: 'task_update', id: '1', title: 'Search', status: 'in_progress' }] });
    const sources = [{ type: 'url' as const, url: 'https://a.b', text: 'Guide' }];
    await streamer.append({ chunks: [{ type: 'task_update', id: '1', title: 'Search', status: 'complete', sources }] });
    await streamer.append({ markdown_text: 'of tea' });
    const metadata = { event_type: 'answer', event_payload: { id: '1' } };
    await streamer.stop({ blocks: [{ type: 'divider' }], metadata });
    expect(server.screen.thread(channel.id, question.ts)).toMatchObject([
      { text: 'Because\nSearch\nGuide (https://a.b)\nof tea', stream: 'completed', metadata },
    ]);
    expect(server.screen.message(channel.id, streamer.ts ?? '').texts).toEqual([
      '',
      'Because',
      'Because\nSearch',
      'Because\nSearch\nGuide (https://a.b)',
      'Because\nSearch\nGuide (https://a.b)\nof tea',
      'Because\nSearch\nGuide (https://a.b)\nof tea',
    ]);
    expect(server.violations).toEqual([]);
  });

  it('names whom it is for, except in a direct channel', async () => {
    const { server, client, ada } = room;
    expect(await refusalOf(start({ recipient_team_id: undefined }))).toBe('missing_recipient_team_id');
    expect(await refusalOf(start({ recipient_user_id: undefined }))).toBe('missing_recipient_user_id');
    expect(await refusalOf(start({ recipient_team_id: 'T1' }))).toBe('team_not_found');
    expect(await refusalOf(start({ recipient_user_id: 'U1' }))).toBe('user_not_found');
    const told = ada.tell({ text: 'hi' }).message;
    await client.chat.startStream({ channel: told.channelId, thread_ts: told.ts, markdown_text: 'a' });
    expect(server.screen.direct(ada.id).map(({ text }) => text)).toEqual(['hi', 'a']);
  });

  it('ends five minutes after its start, however busy it is', async () => {
    const { ts } = await start({ markdown_text: 'a' });
    await room.clock.advance(4 * 60_000);
    await append(ts, 'b');
    await room.clock.advance(60_000 - 1);
    await append(ts, 'c');
    await room.clock.advance(1);
    expect(await refusalOf(append(ts, 'd'))).toBe('message_not_in_streaming_state');
    expect(await refusalOf(stop(ts))).toBe('message_not_in_streaming_state');
    expect(room.server.screen.message(room.channel.id, ts ?? '')).toMatchObject({ text: 'abc', stream: 'expired' });
  });

  it('is closed by stopping, and changed by chat.update only then', async () => {
    const { client, channel } = room;
    const { ts = '' } = await start({ markdown_text: 'a' });
    const update = () => client.chat.update({ channel: channel.id, ts, text: 'b' });
    expect(await refusalOf(update())).toBe('streaming_state_conflict');
    await stop(ts);
    expect(await refusalOf(append(ts, 'b'))).toBe('message_not_in_streaming_state');
    await update();
  });

  it('takes 12,000 characters in all', async () => {
    expect(await refusalOf(start({ markdown_text: 'a'.repeat(12_001) }))).toBe('msg_too_long');
    const { ts } = await start({ markdown_text: 'a'.repeat(12_000) });
    expect(await refusalOf(append(ts, 'b'))).toBe('msg_too_long');
    expect(room.server.screen.message(room.channel.id, ts ?? '').text).toHaveLength(12_000);
  });

  it.each([
    ['nothing to append', { markdown_text: '' }, 'no_text'],
    [
      'Markdown and chunks',
      { markdown_text: 'a', chunks: [{ type: 'markdown_text', text: 'b' }] },
      'markdown_text_conflict',
    ],
    ['a chunk that there is not', { chunks: [{ type: 'text', text: 'a' }] }, 'invalid_chunks'],
    ['blocks that are wrong', { chunks: [{ type: 'blocks', blocks: [{ type: 'heading' }] }] }, 'invalid_chunks'],
    ['a message that is not there', { ts: '1000000000.000000', markdown_text: 'a' }, 'message_not_found'],
  ])('refuses %s', async (_what, given, error) => {
    const { ts = '' } = await start({ markdown_text: 'a' });
    const call = room.client.apiCall('chat.appendStream', { channel: room.channel.id, ts, ...given });
    expect(await refusalOf(call)).toBe(error);
  });

  it('of somebody else is not appended to', async () => {
    expect(await refusalOf(append(question.ts, 'a'))).toBe('message_not_owned_by_app');
  });

  it('is refused where streaming is not enabled, and where one posts too fast', async () => {
    room.server.behaviour.streamingIsEnabled = false;
    expect(await refusalOf(start())).toBe('feature_not_enabled');
    room.server.behaviour.streamingIsEnabled = true;
    room.server.behaviour.limitsPostsPerChannel = true;
    await start();
    await expect(start()).rejects.toMatchObject({ retryAfter: 1 });
  });

  it('begins a session at work, whose Stop button ends the stream and tells the app', async () => {
    const { server, ada, channel } = room;
    expect(() => ada.pressStop(channel.id, question.ts)).toThrow('no Stop button');
    const { ts } = await start({ markdown_text: 'a' });
    expect(server.screen.session(channel.id, question.ts)).toEqual({ status: 'processing', title: undefined });
    expect(ada.pressStop(channel.id, question.ts)?.body['event']).toMatchObject({
      type: 'agent_session_stopped',
      channel: channel.id,
      user: ada.id,
      thread_ts: question.ts,
      streaming_message_ts: [ts],
    });
    expect(await refusalOf(append(ts, 'b'))).toBe('stopped_by_user');
    expect(await refusalOf(stop(ts))).toBe('stopped_by_user');
    expect(server.violations).toEqual([]);
  });

  it('leaves its session active, or as the app says', async () => {
    const { server, channel } = room;
    await stop((await start()).ts);
    expect(server.screen.session(channel.id, question.ts)?.status).toBe('active');
    await stop((await start()).ts, { session_status: 'closed' });
    expect(server.screen.session(channel.id, question.ts)?.status).toBe('closed');
  });
});

describe('the agent at a thread', () => {
  let room: SlackRoom;
  let place: { readonly channel_id: string; readonly thread_ts: string };
  beforeEach(async () => {
    room = await openSlackRoom();
    place = { channel_id: room.channel.id, thread_ts: room.ada.post(room.channel.id, { text: 'Why?' }).message.ts };
  });
  const status = (): string | undefined => room.server.screen.status(place.channel_id, place.thread_ts);

  it('says what it does, until it answers, empties it, or two minutes are over', async () => {
    const { client, clock } = room;
    const set = (text: string) => client.assistant.threads.setStatus({ ...place, status: text });
    await set('is thinking …');
    expect(status()).toBe('is thinking …');
    await client.chat.postMessage({ channel: place.channel_id, thread_ts: place.thread_ts, text: 'So.' });
    expect(status()).toBeUndefined();
    await set('again');
    await set('');
    expect(status()).toBeUndefined();
    await set('again');
    await clock.advance(119_999);
    expect(status()).toBe('again');
    await clock.advance(1);
    expect(status()).toBeUndefined();
    const call = client.assistant.threads.setStatus({ ...place, status: 'a', loading_messages: Array(11).fill('b') });
    expect(await refusalOf(call)).toBe('invalid_arguments');
  });

  it('suggests one to four prompts', async () => {
    const { client, server } = room;
    const prompts = (count: number) => Array.from({ length: count }, () => ({ title: 'a', message: 'b' }));
    const suggest = (count: number) =>
      client.apiCall('assistant.threads.setSuggestedPrompts', {
        channel_id: place.channel_id,
        prompts: prompts(count),
      });
    await suggest(4);
    expect(server.screen.prompts(place.channel_id)).toEqual(prompts(4));
    expect(await refusalOf(suggest(5))).toBe('invalid_arguments');
    expect(await refusalOf(suggest(0))).toBe('invalid_arguments');
  });

  it('keeps a session with a status and a title, which people rename', async () => {
    const { client, server, ada } = room;
    const set = (given: Record<string, unknown>) => client.apiCall('agents.sessions.setStatus', { ...place, ...given });
    expect(await refusalOf(client.agents.sessions.rename({ ...place, title: 'a' }))).toBe('session_not_found');
    await set({ status: 'processing', title: 'First' });
    await set({ status: 'active', title: 'Second' });
    expect(server.screen.session(place.channel_id, place.thread_ts)).toEqual({ status: 'active', title: 'First' });
    await client.agents.sessions.rename({ ...place, title: 'Third' });
    expect(ada.renameSession(place.channel_id, place.thread_ts, 'Fourth')?.body['event']).toMatchObject({
      type: 'agent_session_title_changed',
      title: 'Fourth',
      previous_title: 'Third',
    });
    await client.assistant.threads.setTitle({ ...place, title: 'Fifth' });
    expect(server.screen.session(place.channel_id, place.thread_ts)?.title).toBe('Fifth');
    expect(await refusalOf(set({ status: 'done' }))).toBe('invalid_arguments');
    expect(await refusalOf(set({ status: 'active', title: 'a'.repeat(201) }))).toBe('invalid_arguments');
  });

  it('has no sessions when it is not declared as one', async () => {
    const { client, ada, channel } = await openSlackRoom({ app: { isAgent: false } });
    const { ts } = ada.post(channel.id, { text: 'Why?' }).message;
    const set = client.agents.sessions.setStatus({ channel_id: channel.id, thread_ts: ts, status: 'active' });
    expect(await refusalOf(set)).toBe('not_authorized');
  });
});
