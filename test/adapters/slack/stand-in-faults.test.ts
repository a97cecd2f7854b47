import { createServer } from 'node:http';
import { once } from 'node:events';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { eventually } from '../../support/eventually.js';
import type { Fault } from '../../support/slack/behaviour.js';
import { freePort } from '../../support/free-port.js';
import { type SlackRoom, openSlackRoom } from '../../support/slack/open-room.js';

describe('a fault of the Web API', () => {
  let room: SlackRoom;
  beforeEach(async () => {
    room = await openSlackRoom();
  });
  const post = (text = 'a') => room.client.chat.postMessage({ channel: room.channel.id, text });
  const texts = (): string[] => room.server.screen.channel(room.channel.id).map(({ text }) => text);
  const plan = (fault: Fault) => void room.server.behaviour.faults.push({ method: 'chat.postMessage', fault });

  it.each<[string, Fault, object, string, number]>([
    ['429 with the seconds to wait', { kind: 'rate-limited', retryAfterSeconds: 7 }, { retryAfter: 7 }, 'http 429', 0],
    ['another status', { kind: 'status', status: 503 }, { statusCode: 503 }, 'http 503', 0],
    [
      "an error of Slack's",
      { kind: 'error', error: 'internal_error' },
      { data: { error: 'internal_error' } },
      'internal_error',
      0,
    ],
    ['a cut before', { kind: 'cut-before' }, { code: 'slack_webapi_request_error' }, 'cut', 0],
    ['a cut behind', { kind: 'cut-after' }, { code: 'slack_webapi_request_error' }, 'cut', 1],
    ['a status behind', { kind: 'status-after', status: 500 }, { statusCode: 500 }, 'http 500', 1],
  ])('is %s, once, and lets the message through or not', async (_what, fault, error, outcome, applied) => {
    plan(fault);
    await expect(post()).rejects.toMatchObject(error);
    expect(texts()).toHaveLength(applied);
    await post('b');
    expect(texts().at(-1)).toBe('b');
    expect(room.server.calls.map((call) => call.outcome)).toEqual([outcome, 'ok']);
    expect(room.server.violations).toEqual([]);
  });

  it('may be a wait', async () => {
    let letThrough: () => void = () => undefined;
    plan({
      kind: 'slow',
      until: new Promise<void>((resolve) => {
        letThrough = resolve;
      }),
    });
    const slow = post('slow');
    await eventually('the call', () => room.server.calls.length === 1);
    await post('quick');
    letThrough();
    await slow;
    expect(texts()).toEqual(['quick', 'slow']);
  });

  it('strikes later and more often where the test says so, and other methods only where none is named', async () => {
    room.server.behaviour.faults.push({ fault: { kind: 'status', status: 500 }, after: 1, times: 2 });
    await post('a');
    await expect(post('b')).rejects.toMatchObject({ statusCode: 500 });
    await expect(room.client.auth.test()).rejects.toMatchObject({ statusCode: 500 });
    plan({ kind: 'status', status: 500 });
    await room.client.auth.test();
    expect(texts()).toEqual(['a']);
  });

  it('is 429 for the second message of a second in a channel, where that is switched on', async () => {
    const { server, clock, client, ada } = room;
    server.behaviour.limitsPostsPerChannel = true;
    await post('a');
    await client.chat.postMessage({ channel: ada.id, text: 'elsewhere' });
    await clock.advance(999);
    await expect(post('b')).rejects.toMatchObject({ retryAfter: 1 });
    await clock.advance(1);
    await post('c');
    expect(texts()).toEqual(['a', 'c']);
  });
});

describe('deliveries over HTTP', () => {
  let room: SlackRoom;
  let requests: { readonly headers: Record<string, unknown>; readonly body: string }[];
  let answer: { status: number; headers?: Record<string, string> } | undefined;
  beforeEach(async () => {
    room = await openSlackRoom();
    requests = [];
    answer = { status: 200 };
    const app = createServer((request, response) => {
      let body = '';
      request.on('data', (piece: Buffer) => {
        body += piece.toString();
      });
      request.on('end', () => {
        requests.push({ headers: request.headers, body });
        if (answer !== undefined) response.writeHead(answer.status, answer.headers).end();
      });
    });
    app.listen(0, '127.0.0.1');
    await once(app, 'listening');
    onTestFinished(() => {
      app.closeAllConnections();
      app.close();
    });
    const address = app.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    room.server.deliverTo({ events: `http://127.0.0.1:${port}/events` });
  });
  const say = () => room.ada.post(room.channel.id, { text: 'hello' }).deliveries[0];

  it('that nobody answers come again at once, after a minute and after five, with the reason', async () => {
    answer = undefined;
    const delivery = say();
    await eventually('the first', () => requests.length === 1);
    for (const [index, delayMs] of [3_000, 63_000, 303_000].entries()) {
      await room.clock.advance(delayMs - 1);
      expect(requests).toHaveLength(index + 1);
      await room.clock.advance(1);
      await eventually('a retry', () => requests.length === index + 2);
    }
    await room.clock.advance(3_000);
    await delivery?.settled;
    expect(requests.map(({ headers }) => [headers['x-slack-retry-num'], headers['x-slack-retry-reason']])).toEqual([
      [undefined, undefined],
      ['1', 'http_timeout'],
      ['2', 'http_timeout'],
      ['3', 'http_timeout'],
    ]);
    expect(new Set(requests.map(({ body }) => body)).size).toBe(1);
    expect(delivery?.state).toBe('lost');
  });

  it('that are refused come again at once, until they are taken', async () => {
    answer = { status: 500 };
    const delivery = say();
    await eventually('the retry', () => requests.length === 2);
    answer = { status: 200 };
    await eventually('the last try failed', () => delivery?.attempts[1]?.failure !== undefined);
    await room.clock.advance(60_000);
    await delivery?.settled;
    expect(delivery?.attempts.map(({ failure }) => failure)).toEqual(['http_error', 'http_error', undefined]);
    expect(delivery?.state).toBe('acknowledged');
  });

  it('that the app wants no more come no more', async () => {
    answer = { status: 500, headers: { 'x-slack-no-retry': '1' } };
    const delivery = say();
    await delivery?.settled;
    expect(delivery).toMatchObject({ state: 'lost', attempts: [{ failure: 'http_error' }] });
  });

  it('find nobody where nobody listens', async () => {
    room.server.deliverTo({ events: `http://127.0.0.1:${await freePort()}/` });
    const command = room.ada.command('/ask', '', room.channel.id);
    await command.settled;
    expect(command.attempts).toMatchObject([{ via: 'http', failure: 'connection_failed' }]);
  });

  it('are JSON for events, a form for commands, and a payload for interactions', async () => {
    say();
    room.ada.command('/ask', 'a & b', room.channel.id);
    room.ada.globalShortcut('ask_docent');
    await room.server.settled();
    const bodies = requests.map(({ headers, body }) => [headers['content-type'], body] as const);
    const [event = '', command = '', shortcut = ''] = ['{', 'token=', 'payload='].map(
      (start) => bodies.find(([, body]) => body.startsWith(start))?.[1],
    );
    expect(JSON.parse(event)).toMatchObject({ type: 'event_callback', event: { text: 'hello' } });
    expect(new URLSearchParams(command).get('text')).toBe('a & b');
    expect(JSON.parse(new URLSearchParams(shortcut).get('payload') ?? '')).toMatchObject({ callback_id: 'ask_docent' });
    expect(bodies.map(([type]) => String(type)).toSorted()).toEqual([
      'application/json',
      'application/x-www-form-urlencoded',
      'application/x-www-form-urlencoded',
    ]);
  });
});
