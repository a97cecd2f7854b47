import { beforeEach, describe, expect, it } from 'vitest';
import { refusalOf } from '../../support/slack/open-bolt.js';
import { type SlackRoom, openSlackRoom, slackClient } from '../../support/slack/open-room.js';

/** A call as something else than the official client makes it. */
async function post(url: string, body: string, headers: Record<string, string>): Promise<Record<string, unknown>> {
  const response = await fetch(url, { method: 'POST', body, headers });
  return (await response.json()) as Record<string, unknown>;
}

describe('the Web API', () => {
  let room: SlackRoom;
  beforeEach(async () => {
    room = await openSlackRoom();
  });

  it('tells whose token it is, and keeps what was called', async () => {
    const { server, client, workspace, installation } = room;
    expect(await client.auth.test()).toMatchObject({
      team_id: workspace.id,
      user_id: installation.botUserId,
      bot_id: installation.botId,
      is_enterprise_install: false,
    });
    expect(server.calls).toMatchObject([{ method: 'auth.test', tenantId: workspace.id, outcome: 'ok' }]);
  });

  it.each([
    ['no token', undefined, 'not_authed'],
    ['another token', 'xoxb-other', 'invalid_auth'],
    ['the app-level token', 'xapp-1-A0DOCENT-1-aaaa', 'not_allowed_token_type'],
  ])('refuses %s', async (_what, token, error) => {
    expect(await refusalOf(slackClient(room.server, token).auth.test())).toBe(error);
    expect(room.server.violations).toMatchObject([{ where: 'auth.test', error }]);
  });

  it('refuses a method that there is not', async () => {
    expect(await refusalOf(room.client.apiCall('chat.postMessages'))).toBe('unknown_method');
    expect(room.server.violations).toMatchObject([{ where: 'chat.postMessages', error: 'unknown_method' }]);
  });

  it('names the scope that is missing, and those that are there', async () => {
    const { server, workspace } = room;
    const poor = slackClient(server, server.install(workspace.id, { scopes: ['chat:write'] }).botToken);
    await expect(poor.users.info({ user: room.ada.id })).rejects.toMatchObject({
      data: { error: 'missing_scope', needed: 'users:read', provided: 'chat:write' },
    });
  });

  it.each([
    ['chat.postMessage', 'chat:write', { channel: 'C', text: 'a' }],
    ['chat.postEphemeral', 'chat:write', { channel: 'C', user: 'U', text: 'a' }],
    ['chat.update', 'chat:write', { channel: 'C', ts: '1', text: 'a' }],
    ['chat.delete', 'chat:write', { channel: 'C', ts: '1' }],
    ['chat.startStream', 'chat:write', { channel: 'C', thread_ts: '1' }],
    ['chat.appendStream', 'chat:write', { channel: 'C', ts: '1' }],
    ['chat.stopStream', 'chat:write', { channel: 'C', ts: '1' }],
    ['users.conversations', 'channels:read', {}],
    ['users.info', 'users:read', { user: 'U' }],
    ['bots.info', 'users:read', { bot: 'B' }],
    ['usergroups.users.list', 'usergroups:read', { usergroup: 'S' }],
    ['team.info', 'team:read', {}],
    ['files.info', 'files:read', { file: 'F' }],
    ['files.getUploadURLExternal', 'files:write', { filename: 'a', length: 1 }],
    ['files.completeUploadExternal', 'files:write', { files: [] }],
    ['reactions.add', 'reactions:write', { channel: 'C', timestamp: '1', name: 'a' }],
    ['assistant.threads.setStatus', 'assistant:write,chat:write', { channel_id: 'C', thread_ts: '1', status: 'a' }],
    ['assistant.threads.setSuggestedPrompts', 'assistant:write', { channel_id: 'C', prompts: [] }],
    ['assistant.threads.setTitle', 'assistant:write', { channel_id: 'C', thread_ts: '1', title: 'a' }],
    ['agents.sessions.setStatus', 'chat:write', { channel_id: 'C', thread_ts: '1', status: 'active' }],
    ['agents.sessions.rename', 'chat:write', { channel_id: 'C', thread_ts: '1', title: 'a' }],
  ])('lets nobody call %s without %s', async (method, needed, given) => {
    const poor = slackClient(room.server, room.server.install(room.workspace.id, { scopes: ['commands'] }).botToken);
    await expect(poor.apiCall(method, given)).rejects.toMatchObject({ data: { error: 'missing_scope', needed } });
  });

  it('takes JSON bodies, and a token in a form', async () => {
    const { server, channel, installation } = room;
    const url = `${server.apiUrl}chat.postMessage`;
    const authorization = `Bearer ${installation.botToken}`;
    const body = { channel: channel.id, text: 'a', blocks: [{ type: 'divider' }], unfurl_links: false };
    expect(
      await post(url, JSON.stringify(body), { authorization, 'content-type': 'application/json; charset=utf-8' }),
    ).toMatchObject({ ok: true });
    const form = new URLSearchParams({ token: installation.botToken, channel: channel.id, text: 'b' });
    expect(await post(url, form.toString(), { 'content-type': 'application/x-www-form-urlencoded' })).toMatchObject({
      ok: true,
    });
    expect(server.screen.channel(channel.id).map(({ fallbackText }) => fallbackText)).toEqual(['a', 'b']);
    expect(JSON.stringify(server.calls)).not.toContain(installation.botToken);
  });

  it.each([
    ['a token in a JSON body', '{"token":"TOKEN","channel":"C","text":"a"}', 'application/json', 'not_authed'],
    ['JSON that is none', '{', 'application/json', 'invalid_json'],
    ['plain text', 'text=a', 'text/plain', 'invalid_post_type'],
  ])('refuses %s', async (_what, body, type, error) => {
    const given = body.replace('TOKEN', room.installation.botToken);
    expect(await post(`${room.server.apiUrl}chat.postMessage`, given, { 'content-type': type })).toMatchObject({
      ok: false,
      error,
    });
  });

  it('names the arguments that are missing, and notes those that a method does not have', async () => {
    await expect(room.client.apiCall('users.info', {})).rejects.toMatchObject({
      data: {
        error: 'invalid_arguments',
        response_metadata: { messages: ['[ERROR] missing required field: user [json-pointer:]'] },
      },
    });
    await room.client.apiCall('users.info', { user: room.ada.id, colour: 'red', team_id: room.workspace.id });
    expect(room.server.violations.at(-1)).toEqual({
      where: 'users.info',
      error: 'unknown_argument',
      messages: ['colour'],
    });
  });

  it('describes people, groups, bots and the workspace, of its own alone', async () => {
    const { server, client, ada, workspace, installation } = room;
    const elsewhere = server.addWorkspace('Other');
    const stranger = server.addUser(elsewhere.id, 'stranger');
    const group = server.addUserGroup(workspace.id, 'managers', [ada.id]);
    const foreign = server.addUserGroup(elsewhere.id, 'managers', [stranger.id]);
    expect((await client.users.info({ user: ada.id })).user).toMatchObject({
      name: 'ada',
      is_owner: true,
      is_admin: true,
    });
    expect((await client.usergroups.users.list({ usergroup: group.id })).users).toEqual([ada.id]);
    expect((await client.bots.info({ bot: installation.botId })).bot).toMatchObject({
      user_id: installation.botUserId,
    });
    expect((await client.team.info()).team).toMatchObject({ id: workspace.id, name: 'Acme' });
    expect(await refusalOf(client.users.info({ user: stranger.id }))).toBe('user_not_found');
    expect(await refusalOf(client.usergroups.users.list({ usergroup: foreign.id }))).toBe('no_such_subteam');
    expect(await refusalOf(client.bots.info({ bot: 'B1' }))).toBe('bot_not_found');
    expect(await refusalOf(client.team.info({ team: elsewhere.id }))).toBe('team_not_found');
  });

  it('opens nothing any more with a revoked token, and says so', async () => {
    const { client, server, workspace } = room;
    await client.auth.revoke({ test: true });
    await client.auth.test();
    expect(await client.auth.revoke()).toMatchObject({ revoked: true });
    expect(await refusalOf(client.auth.test())).toBe('token_revoked');
    expect(server.deliveries.map(({ type }) => type)).toEqual(['tokens_revoked']);
    const again = slackClient(server, server.install(workspace.id).botToken);
    await again.auth.test();
    const { clientId, clientSecret } = server.app;
    const uninstall = (secret: string) => again.apps.uninstall({ client_id: clientId, client_secret: secret });
    expect(await refusalOf(uninstall('other'))).toBe('bad_client_secret');
    await uninstall(clientSecret);
    expect(await refusalOf(again.auth.test())).toBe('account_inactive');
    expect(server.deliveries.map(({ type }) => type)).toEqual(['tokens_revoked', 'tokens_revoked', 'app_uninstalled']);
  });

  it('reacts once to a message that is there', async () => {
    const { client, server, ada, channel } = room;
    const { message } = ada.post(channel.id, { text: 'hello' });
    const react = (name: string, timestamp = message.ts) =>
      client.reactions.add({ channel: channel.id, name, timestamp });
    await react('eyes');
    expect(server.screen.message(channel.id, message.ts).reactions).toEqual(['eyes']);
    expect(await refusalOf(react('eyes'))).toBe('already_reacted');
    expect(await refusalOf(react(':eyes:'))).toBe('invalid_name');
    expect(await refusalOf(react('eyes', '1000000000.000000'))).toBe('message_not_found');
  });
});

describe('an org-wide installation', () => {
  it('reaches every workspace of its organisation and no other, and must name one where Slack asks', async () => {
    const { server } = await openSlackRoom();
    const enterprise = server.addEnterprise('Globex');
    const north = server.addWorkspace('North', { enterpriseId: enterprise.id });
    const other = server.addWorkspace('Other');
    const installation = server.install(enterprise.id);
    const ada = server.addUser(north.id, 'ada');
    const stranger = server.addUser(other.id, 'stranger');
    const channel = server.addChannel(north.id, 'general', [ada.id, installation.botUserId]);
    const foreign = server.addChannel(other.id, 'general', [stranger.id]);
    const client = slackClient(server, installation.botToken);
    expect(await client.auth.test()).toMatchObject({ team_id: enterprise.id, is_enterprise_install: true });
    await client.chat.postMessage({ channel: channel.id, text: 'hello' });
    expect(await refusalOf(client.chat.postMessage({ channel: foreign.id, text: 'hello' }))).toBe('channel_not_found');
    expect(await refusalOf(client.users.conversations({}))).toBe('missing_argument');
    expect(await refusalOf(client.users.conversations({ team_id: other.id }))).toBe('team_access_not_granted');
    expect((await client.users.conversations({ team_id: north.id })).channels).toMatchObject([{ id: channel.id }]);
    const [delivery] = ada.post(channel.id, { text: 'hi' }).deliveries;
    expect(delivery?.body).toMatchObject({
      team_id: north.id,
      enterprise_id: enterprise.id,
      authorizations: [{ enterprise_id: enterprise.id, team_id: null, is_enterprise_install: true }],
    });
    expect(ada.globalShortcut('ask_docent').body).toMatchObject({
      team: null,
      enterprise: { id: enterprise.id },
      is_enterprise_install: true,
      user: { team_id: north.id },
    });
  });
});
