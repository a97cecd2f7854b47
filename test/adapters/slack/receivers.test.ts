import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { EVENTS_PATH } from '../../../src/adapters/slack/app-surface.js';
import { createFakeClock } from '../../support/fake-clock.js';
import { eventually } from '../../support/eventually.js';
import { type OpenedSlack, openSlack } from './open-slack.js';

const never = new AbortController().signal;

interface Sent {
  readonly body?: string;
  readonly secret?: string;
  readonly ageSeconds?: number;
  readonly headers?: Record<string, string>;
  readonly method?: string;
}

/** Sends what Slack, or somebody else, could send. */
async function send(
  { server, process }: OpenedSlack,
  { body = '{}', secret, ageSeconds = 0, headers, method = 'POST' }: Sent,
) {
  const timestamp = String(Math.floor(Date.now() / 1_000) - ageSeconds);
  const signature = createHmac('sha256', secret ?? server.app.signingSecret)
    .update(`v0:${timestamp}:${body}`)
    .digest('hex');
  const response = await fetch(`${process.url}${EVENTS_PATH}`, {
    method,
    headers: {
      'content-type': 'application/json',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${signature}`,
      ...headers,
    },
    ...(method === 'POST' ? { body } : {}),
  });
  return { status: response.status, text: await response.text() };
}

describe('over HTTP', () => {
  it('answers the challenge by which Slack checks the address', async () => {
    const slack = await openSlack();
    const body = JSON.stringify({ type: 'url_verification', challenge: 'abc' });
    expect(await send(slack, { body })).toEqual({ status: 200, text: '{"challenge":"abc"}' });
  });

  it.each<[string, Sent, number]>([
    ['a signature by another secret', { secret: 'guessed' }, 401],
    ['no signature', { headers: { 'x-slack-signature': '' } }, 401],
    ['a signature of no known kind', { headers: { 'x-slack-signature': 'v1=00' } }, 401],
    ['no time', { headers: { 'x-slack-request-timestamp': '' } }, 401],
    ['a time that is none', { headers: { 'x-slack-request-timestamp': 'now' } }, 401],
    ['a request of six minutes ago, sent again', { ageSeconds: 360 }, 401],
    ['a request of six minutes to come', { ageSeconds: -360 }, 401],
    ['a body that is no JSON', { body: '{' }, 400],
    ['a body that is no object', { body: '[]' }, 400],
    ['a body of more than 4 MB', { body: `"${'x'.repeat(5_000_000)}"` }, 413],
    ['GET', { method: 'GET' }, 405],
  ])('refuses %s', async (_what, sent, status) => {
    const slack = await openSlack();
    const response = await send(slack, sent);
    expect(response.status).toBe(status);
    expect(response.text.length).toBeGreaterThan(0);
    expect(slack.host.events).toEqual([]);
  });

  it('is not ready before it has started', async () => {
    const slack = await openSlack();
    const { url } = await slack.elsewhere();
    expect(
      (await send({ ...slack, process: { ...slack.process, url } }, { body: '{"type":"event_callback"}' })).status,
    ).toBe(503);
  });

  it('takes a form for the workspace that it was opened for, whoever of a shared channel fills it in', async () => {
    const slack = await openSlack();
    const context = { command: 'documents', given: {}, channelId: slack.channel.id, threadTs: null, responseUrl: null };
    const body = JSON.stringify({
      type: 'view_submission',
      team: { id: 'T0STRANGER' },
      user: { id: slack.grace.id, team_id: 'T0STRANGER' },
      view: {
        id: 'V1',
        type: 'modal',
        callback_id: 'docent_command',
        private_metadata: JSON.stringify(context),
        app_installed_team_id: slack.workspace.id,
        state: { values: {} },
      },
    });
    expect((await send(slack, { body })).status).toBe(200);
    expect(slack.host.events[0]?.address.workspaceId).toBe(slack.workspace.id);
  });

  it('takes the word that Slack drops events of a workspace, and logs it', async () => {
    const slack = await openSlack();
    const body = JSON.stringify({ type: 'app_rate_limited', team_id: slack.workspace.id, minute_rate_limited: 1 });
    expect((await send(slack, { body })).status).toBe(200);
    expect(slack.logger.lines.map(({ event }) => event)).toContain('slack.events-dropped');
  });

  it('logs what fails behind an acknowledgement', async () => {
    const slack = await openSlack();
    const body = JSON.stringify({
      type: 'block_actions',
      team: { id: slack.workspace.id },
      user: { id: slack.ada.id },
      actions: [{ type: 'button', action_id: 'docent.run.0', block_id: 'b', value: '{}', action_ts: '1.1' }],
      container: { message_ts: 'none', is_ephemeral: 'perhaps' },
    });
    expect((await send(slack, { body })).status).toBe(200);
    await eventually('the line', () => slack.logger.lines.some(({ event }) => event === 'slack.not-done'));
  });

  it('takes a delivery whose first try was lost, whatever its retry header says', async () => {
    const slack = await openSlack();
    slack.server.behaviour.mentionEvents = 'message';
    slack.server.hold();
    const { deliveries } = slack.ada.post(slack.channel.id, { text: `${slack.mention} hello` });
    const attempt = await slack.server.redeliver(deliveries[0]!, { number: 3, reason: 'http_timeout' });
    expect(attempt.failure).toBeUndefined();
    expect(slack.host.events).toHaveLength(1);
  });

  it('serves a workspace that took the app away no more, and asks for no redelivery', async () => {
    const slack = await openSlack({ isDistributed: true });
    const body = JSON.stringify({
      type: 'event_callback',
      team_id: 'T0STRANGER',
      event_id: 'Ev1',
      event: { type: 'message', channel: 'C1', user: 'U1', text: 'hello', ts: '1.1', event_ts: '1.1' },
      authorizations: [{ team_id: 'T0STRANGER', is_enterprise_install: false }],
    });
    expect((await send(slack, { body })).status).toBe(200);
    expect(slack.host.events).toEqual([]);
  });
});

describe('over Socket Mode', () => {
  it('connects again at once when Slack recycles the connection', async () => {
    const slack = await openSlack({ receiver: 'socket' });
    expect(slack.server.sockets.open).toEqual([1]);
    slack.server.sockets.refresh('refresh_requested');
    await eventually('the second connection', () => slack.server.sockets.open.includes(2));
    slack.ada.post(slack.channel.id, { text: `${slack.mention} hello` });
    await eventually('the event', () => slack.host.events.length === 1);
  });

  it('takes its time where no connection lasts', async () => {
    const clock = createFakeClock();
    const slack = await openSlack({ receiver: 'socket', clock });
    const isDown = async (): Promise<boolean> => (await slack.adapter.health(never)).state === 'unhealthy';
    slack.server.sockets.cut();
    await eventually('the second connection', () => slack.server.sockets.open.includes(2));
    await eventually('health', async () => !(await isDown()));
    slack.server.sockets.cut();
    await eventually('the end of it', isDown);
    for (let looks = 0; looks < 100; looks += 1) await fetch(slack.server.url);
    expect(slack.server.sockets.open).toEqual([]);
    await clock.advance(1_000);
    await eventually('the third connection', () => slack.server.sockets.open.includes(3));
  });

  it('asks for the next connection when Slack takes the question again', async () => {
    const clock = createFakeClock();
    const slack = await openSlack({ receiver: 'socket', clock });
    const fault = { kind: 'rate-limited', retryAfterSeconds: 30 } as const;
    slack.server.behaviour.faults.push({ method: 'apps.connections.open', fault });
    slack.server.sockets.cut();
    await eventually('the refusal', () => slack.logger.lines.some(({ event }) => event === 'slack.socket-failed'));
    for (let seconds = 0; seconds < 29; seconds += 1) await clock.advance(1_000);
    expect(slack.server.calls.filter(({ method }) => method === 'apps.connections.open')).toHaveLength(2);
    await clock.advance(2_000);
    await eventually('the next connection', () => slack.server.sockets.open.length === 1);
  });

  it('connects again when the connection is torn', async () => {
    const slack = await openSlack({ receiver: 'socket' });
    slack.server.sockets.cut();
    await eventually('the second connection', () => slack.server.sockets.open.includes(2));
  });

  it('outlives a token that Slack refuses at the next connection, and says so', async () => {
    const slack = await openSlack({ receiver: 'socket' });
    const refused = { method: 'apps.connections.open', fault: { kind: 'error', error: 'invalid_auth' } } as const;
    slack.server.behaviour.faults.push({ ...refused, times: 2 });
    slack.server.sockets.cut();
    await eventually('the refusal', () => slack.logger.lines.some(({ event }) => event === 'slack.socket-failed'));
    expect(await slack.adapter.health(new AbortController().signal)).toMatchObject({ state: 'unhealthy' });
    const { signal } = new AbortController();
    await eventually('health', async () => (await slack.adapter.health(signal)).state === 'healthy');
    expect(slack.server.sockets.open).toHaveLength(1);
  });

  it('leaves unacknowledged what could not be kept', async () => {
    const slack = await openSlack({
      receiver: 'socket',
      host: {
        async accept() {
          throw new Error('the queue is full');
        },
      },
    });
    slack.server.behaviour.mentionEvents = 'message';
    const { deliveries } = slack.ada.post(slack.channel.id, { text: `${slack.mention} hello` });
    await eventually('the refusal', () => slack.logger.lines.some(({ event }) => event === 'slack.not-taken'));
    expect(deliveries[0]?.attempts[0]?.acknowledgedAtMs).toBeUndefined();
  });
});
