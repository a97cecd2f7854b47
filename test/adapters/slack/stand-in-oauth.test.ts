import { App, HTTPReceiver, type Installation } from '@slack/bolt';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { freePort } from '../../support/free-port.js';
import { refusalOf } from '../../support/slack/open-bolt.js';
import { type SlackRoom, openSlackRoom, silentSlackLogger, slackClient } from '../../support/slack/open-room.js';

/** Bolt that installs itself by OAuth, and what it stored. */
async function openInstaller({ server }: SlackRoom) {
  const port = await freePort();
  const stored = new Map<string, Installation>();
  const url = `http://127.0.0.1:${port}`;
  const receiver = new HTTPReceiver({
    signingSecret: server.app.signingSecret,
    clientId: server.app.clientId,
    clientSecret: server.app.clientSecret,
    stateSecret: 'state-secret',
    scopes: ['chat:write', 'channels:history'],
    redirectUri: `${url}/slack/oauth_redirect`,
    port,
    logger: silentSlackLogger,
    installerOptions: {
      directInstall: true,
      redirectUriPath: '/slack/oauth_redirect',
      authorizationUrl: server.authorizeUrl,
      clientOptions: { slackApiUrl: server.apiUrl, retryConfig: { retries: 0 } },
    },
    installationStore: {
      storeInstallation: async (installation) =>
        void stored.set(
          (installation.isEnterpriseInstall ? installation.enterprise?.id : installation.team?.id) ?? '',
          installation,
        ),
      fetchInstallation: async ({ isEnterpriseInstall, enterpriseId, teamId }) => {
        const found = stored.get((isEnterpriseInstall ? enterpriseId : teamId) ?? '');
        if (found === undefined) throw new Error('not installed');
        return found;
      },
    },
  });
  const app = new App({ receiver, logger: silentSlackLogger, clientOptions: { slackApiUrl: server.apiUrl } });
  await app.start(port);
  onTestFinished(async () => void (await app.stop()));
  server.deliverTo({ events: `${url}/slack/events` });
  return { app, url, stored };
}

/** Walks through the installation as a browser does; gives the last page. */
async function install(url: string): Promise<Response> {
  const first = await fetch(`${url}/slack/install`, { redirect: 'manual' });
  const cookie = first.headers.get('set-cookie')?.split(';')[0] ?? '';
  const consent = await fetch(first.headers.get('location') ?? '', { redirect: 'manual' });
  return fetch(consent.headers.get('location') ?? '', { headers: { cookie } });
}

describe("Bolt's installation", () => {
  let room: SlackRoom;
  beforeEach(async () => {
    room = await openSlackRoom();
  });

  it('in a workspace ends with a token that answers there', async () => {
    const { server } = room;
    const globex = server.addWorkspace('Globex');
    const hank = server.addUser(globex.id, 'hank', 'admin');
    server.behaviour.consent = { teamId: globex.id, userId: hank.id };
    const { app, url, stored } = await openInstaller(room);
    expect((await install(url)).status).toBe(200);
    const installation = server.installation(globex.id);
    expect(stored.get(globex.id)).toMatchObject({
      team: { id: globex.id, name: 'Globex' },
      user: { id: hank.id },
      bot: { token: installation.botToken, id: installation.botId, scopes: ['chat:write', 'channels:history'] },
      isEnterpriseInstall: false,
    });
    const channel = server.addChannel(globex.id, 'general', [hank.id, installation.botUserId]);
    app.message(async ({ say }) => void (await say('Hello')));
    hank.post(channel.id, { text: 'hi' });
    await eventually('the answer', () => server.screen.channel(channel.id).length === 2);
    expect(server.violations).toEqual([]);
  });

  it('in an organisation answers in every workspace of it', async () => {
    const { server } = room;
    const enterprise = server.addEnterprise('Globex');
    const north = server.addWorkspace('North', { enterpriseId: enterprise.id });
    const hank = server.addUser(north.id, 'hank', 'admin');
    server.behaviour.consent = { enterpriseId: enterprise.id, userId: hank.id };
    const { app, url, stored } = await openInstaller(room);
    expect((await install(url)).status).toBe(200);
    expect(stored.get(enterprise.id)).toMatchObject({ isEnterpriseInstall: true, enterprise: { id: enterprise.id } });
    const { botUserId } = server.installation(north.id);
    const channel = server.addChannel(north.id, 'general', [hank.id, botUserId]);
    app.message(async ({ say }) => void (await say('Hello')));
    hank.post(channel.id, { text: 'hi' });
    await eventually('the answer', () => server.screen.channel(channel.id).length === 2);
  });

  it('stores nothing when the person cancels', async () => {
    const { server, workspace, ada } = room;
    server.behaviour.consent = { teamId: workspace.id, userId: ada.id, isRefused: true };
    const { url, stored } = await openInstaller(room);
    expect((await install(url)).status).toBe(500);
    expect(stored.size).toBe(0);
  });
});

describe('OAuth', () => {
  let room: SlackRoom;
  beforeEach(async () => {
    room = await openSlackRoom();
    room.server.behaviour.consent = { teamId: room.workspace.id, userId: room.ada.id };
  });
  const consent = async (given: Record<string, string> = {}): Promise<Response> => {
    const { server } = room;
    const query = {
      client_id: server.app.clientId,
      scope: 'chat:write',
      state: 's',
      redirect_uri: 'https://a.b/back',
      ...given,
    };
    return fetch(`${server.authorizeUrl}?${new URLSearchParams(query).toString()}`, { redirect: 'manual' });
  };
  const code = async (): Promise<string> =>
    new URL((await consent()).headers.get('location') ?? '').searchParams.get('code') ?? '';
  const exchange = (given: Record<string, string>) => {
    const { clientId, clientSecret } = room.server.app;
    const call = { client_id: clientId, client_secret: clientSecret, redirect_uri: 'https://a.b/back', ...given };
    return slackClient(room.server, undefined).apiCall('oauth.v2.access', call);
  };

  it('leads back with the state and a code, which is exchanged once within ten minutes', async () => {
    const back = new URL((await consent()).headers.get('location') ?? '');
    expect([back.origin, back.searchParams.get('state')]).toEqual(['https://a.b', 's']);
    const given = { code: back.searchParams.get('code') ?? '' };
    expect(await exchange(given)).toMatchObject({
      token_type: 'bot',
      scope: 'chat:write',
      team: { id: room.workspace.id },
    });
    expect(await refusalOf(exchange(given))).toBe('code_already_used');
    const late = await code();
    await room.clock.advance(10 * 60_000 + 1);
    expect(await refusalOf(exchange({ code: late }))).toBe('invalid_code');
  });

  it.each([
    ['another client', { client_id: 'other' }, 'invalid_client_id'],
    ['another secret', { client_secret: 'other' }, 'bad_client_secret'],
    ['another code', { code: 'other' }, 'invalid_code'],
    ['another way back', { redirect_uri: 'https://evil.example/' }, 'bad_redirect_uri'],
  ])('exchanges nothing for %s', async (_what, given, error) => {
    expect(await refusalOf(exchange({ code: await code(), ...given }))).toBe(error);
  });

  it.each([
    ['another client', { client_id: 'other' }, 'invalid_client_id'],
    ['a way back that is not registered', { redirect_uri: 'http://evil.example/' }, 'bad_redirect_uri'],
    ['no scopes', { scope: '' }, 'no_scopes'],
    ['scopes that are none', { scope: 'chat write' }, 'invalid_scope'],
  ])('leads nowhere with %s', async (_what, given, error) => {
    const response = await consent(given);
    expect([response.status, await response.text()]).toEqual([200, error]);
    expect(room.server.violations).toMatchObject([{ where: 'oauth', error }]);
  });

  it('takes the client by HTTP Basic, and notes a missing state', async () => {
    const { server } = room;
    const { clientId, clientSecret } = server.app;
    const body = new URLSearchParams({ code: await code(), redirect_uri: 'https://a.b/back' });
    const authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
    const response = await fetch(`${server.apiUrl}oauth.v2.access`, {
      method: 'POST',
      body,
      headers: { authorization },
    });
    expect(await response.json()).toMatchObject({ ok: true });
    await fetch(`${server.authorizeUrl}?client_id=${clientId}&scope=chat:write`, { redirect: 'manual' });
    expect(server.violations.map(({ error }) => error)).toEqual(['missing_state']);
  });

  it('ends the installation before with a new one in the same place', async () => {
    const { client, server } = room;
    await exchange({ code: await code() });
    expect(await refusalOf(client.auth.test())).toBe('token_revoked');
    expect(server.installation(room.workspace.id).botUserId).toBe(room.installation.botUserId);
  });
});
