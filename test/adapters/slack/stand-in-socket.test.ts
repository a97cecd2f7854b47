import { WebSocket } from 'ws';
import { describe, expect, it, onTestFinished } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { openBoltOverSocket, refusalOf } from '../../support/slack/open-bolt.js';
import { type SlackRoom, openSlackRoom, slackClient } from '../../support/slack/open-room.js';

/** A connection that says only what a test lets it. */
async function connect({ server }: SlackRoom): Promise<{ readonly socket: WebSocket; readonly frames: Frame[] }> {
  const { url = '' } = await slackClient(server, server.app.appToken).apps.connections.open();
  const socket = new WebSocket(url);
  onTestFinished(() => socket.terminate());
  const frames: Frame[] = [];
  socket.on('message', (data: Buffer) => frames.push(JSON.parse(data.toString()) as Frame));
  await eventually('a first frame', () => frames.length > 0);
  return { socket, frames };
}

interface Frame {
  readonly type: string;
  readonly envelope_id?: string;
  readonly reason?: string;
  readonly retry_attempt?: number;
  readonly retry_reason?: string;
  readonly accepts_response_payload?: boolean;
}

describe('Bolt over Socket Mode', () => {
  it('gets events, commands and interactions, and acknowledges each', async () => {
    const room = await openSlackRoom();
    const { server, ada, channel } = room;
    const app = await openBoltOverSocket(room);
    app.command('/ask', async ({ ack }) => ack('Here.'));
    app.shortcut('ask_docent', async ({ ack }) => ack());
    ada.post(channel.id, { text: 'hello' });
    ada.command('/ask', '', channel.id);
    ada.globalShortcut('ask_docent');
    await server.settled();
    expect(server.deliveries.map(({ kind, state }) => [kind, state])).toEqual([
      ['event', 'acknowledged'],
      ['command', 'acknowledged'],
      ['interaction', 'acknowledged'],
    ]);
    expect(server.screen.ephemerals(ada.id).map(({ text }) => text)).toEqual(['Here.']);
    expect(server.violations).toEqual([]);
  });

  it('connects again when it is told to, and when it is cut off', async () => {
    const room = await openSlackRoom();
    const { server, ada, channel } = room;
    await openBoltOverSocket(room);
    server.sockets.refresh();
    await eventually('a second connection', () => server.sockets.open.includes(2));
    server.sockets.cut();
    await eventually('a third connection', () => server.sockets.open.includes(3));
    const [delivery] = ada.post(channel.id, { text: 'still there?' }).deliveries;
    await delivery?.settled;
    expect(delivery?.attempts).toMatchObject([{ via: 3 }]);
  });
});

describe('Socket Mode', () => {
  it('says hello, and each payload to one of the connections', async () => {
    const room = await openSlackRoom();
    const { ada, channel } = room;
    const connections = [await connect(room), await connect(room)];
    expect(connections.map(({ frames }) => frames[0]?.type)).toEqual(['hello', 'hello']);
    for (const text of ['a', 'b', 'c', 'd']) ada.post(channel.id, { text });
    await eventually('all payloads', () => connections.every(({ frames }) => frames.length === 3));
  });

  it('takes ten connections', async () => {
    const room = await openSlackRoom();
    for (let number = 1; number <= 10; number += 1) await connect(room);
    const { frames } = await connect(room);
    expect(frames).toEqual([{ type: 'disconnect', reason: 'too_many_websockets' }]);
    expect(room.server.sockets.open).toHaveLength(10);
  });

  it('opens with the app-level token alone, and once per address', async () => {
    const room = await openSlackRoom();
    expect(await refusalOf(room.client.apps.connections.open())).toBe('not_allowed_token_type');
    const { url = '' } = await slackClient(room.server, room.server.app.appToken).apps.connections.open();
    const first = new WebSocket(url);
    await eventually('the connection', () => first.readyState === WebSocket.OPEN);
    const second = new WebSocket(url);
    const refused = new Promise((resolve) => {
      second.on('error', resolve);
    });
    expect(await refused).toBeInstanceOf(Error);
    first.terminate();
  });

  it('sends an event again at once, after a minute and after five, then no more', async () => {
    const room = await openSlackRoom();
    const { server, clock, ada, channel } = room;
    const { frames } = await connect(room);
    const [delivery] = ada.post(channel.id, { text: 'hello' }).deliveries;
    const retries = (): unknown[] => frames.slice(1).map((frame) => [frame.retry_attempt, frame.retry_reason]);
    await eventually('the first', () => frames.length === 2);
    await clock.advance(2_999);
    expect(retries()).toEqual([[0, '']]);
    await clock.advance(1);
    await eventually('the retry at once', () => frames.length === 3);
    await clock.advance(3_000 + 59_999);
    expect(frames).toHaveLength(3);
    await clock.advance(1);
    await eventually('the retry after a minute', () => frames.length === 4);
    await clock.advance(3_000 + 300_000);
    await eventually('the last retry', () => frames.length === 5);
    await clock.advance(3_000);
    await delivery?.settled;
    expect(retries()).toEqual([
      [0, ''],
      [1, 'timeout'],
      [2, 'timeout'],
      [3, 'timeout'],
    ]);
    expect(delivery?.state).toBe('lost');
    expect(server.deliveries).toHaveLength(1);
  });

  it('sends a command once, and tells the person when nothing comes back', async () => {
    const room = await openSlackRoom();
    const { server, clock, ada, channel } = room;
    const { frames } = await connect(room);
    const delivery = ada.command('/ask', '', channel.id);
    await eventually('the command', () => frames.length === 2);
    await clock.advance(3_000);
    await delivery.settled;
    expect(delivery.attempts).toMatchObject([{ failure: 'timeout' }]);
    expect(server.screen.notices(ada.id)).toEqual(['/ask failed with the error "operation_timeout"']);
  });

  it('delivers through another connection what a lost one took along', async () => {
    const room = await openSlackRoom();
    const { ada, channel, server } = room;
    const first = await connect(room);
    const [delivery] = ada.post(channel.id, { text: 'hello' }).deliveries;
    await eventually('the event', () => first.frames.length === 2);
    const second = await connect(room);
    server.sockets.cut(1);
    await eventually('the retry', () => second.frames.length === 2);
    second.socket.send(JSON.stringify({ envelope_id: second.frames[1]?.envelope_id }));
    await delivery?.settled;
    expect(delivery?.attempts).toMatchObject([{ failure: 'connection_failed' }, { retryNumber: 1, via: 2 }]);
    expect(delivery?.state).toBe('acknowledged');
  });

  it('notes acknowledgements of nothing, and payloads where none is taken', async () => {
    const room = await openSlackRoom();
    const { server, ada, channel } = room;
    const { socket, frames } = await connect(room);
    const [delivery] = ada.post(channel.id, { text: 'hello' }).deliveries;
    await eventually('the event', () => frames.length === 2);
    expect(frames[1]?.accepts_response_payload).toBe(false);
    socket.send(JSON.stringify({ envelope_id: frames[1]?.envelope_id, payload: { text: 'hi' } }));
    socket.send(JSON.stringify({ envelope_id: 'unknown' }));
    await delivery?.settled;
    await eventually('both notes', () => server.violations.length === 2);
    expect(server.violations.map(({ error }) => error)).toEqual(['payload_not_accepted', 'invalid_acknowledgement']);
  });
});

describe('deliveries', () => {
  it('are held, and sent in the order that the test wants', async () => {
    const room = await openSlackRoom();
    const { server, ada, channel } = room;
    const heard: unknown[] = [];
    const app = await openBoltOverSocket(room);
    app.message(async ({ message }) => void heard.push('text' in message ? message.text : ''));
    server.hold();
    for (const text of ['first', 'second']) ada.post(channel.id, { text });
    expect(server.deliveries.map(({ state }) => state)).toEqual(['held', 'held']);
    server.release((held) => held.toReversed());
    await server.settled();
    expect(heard).toEqual(['second', 'first']);
  });

  it('come twice with the same event id when the test wants', async () => {
    const room = await openSlackRoom();
    const { server, ada, channel } = room;
    const ids: unknown[] = [];
    const app = await openBoltOverSocket(room);
    app.message(async ({ body, context }) => void ids.push([body.event_id, context.retryNum]));
    const [delivery] = ada.post(channel.id, { text: 'hello' }).deliveries;
    await delivery?.settled;
    if (delivery === undefined) throw new Error('nothing was delivered');
    const again = await server.redeliver(delivery, { number: 1, reason: 'http_timeout' });
    expect(again).toMatchObject({ retryNumber: 1, reply: undefined, acknowledgedAtMs: room.clock.now() });
    await eventually('both', () => ids.length === 2);
    const id = delivery.body['event_id'];
    expect(ids).toEqual([
      [id, 0],
      [id, 1],
    ]);
  });
});
