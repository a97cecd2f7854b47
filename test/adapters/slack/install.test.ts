import { describe, expect, it } from 'vitest';
import { createInstallations } from '../../../src/adapters/slack/install/installations.js';
import { createTokenSeal } from '../../../src/adapters/slack/install/token-seal.js';
import { INSTALL_PATH, REDIRECT_PATH } from '../../../src/adapters/slack/app-surface.js';
import { notice } from '../../../src/core/chat/outgoing-message.js';
import { openEmbeddedStores } from '../../support/embedded-stores.js';
import { createFakeClock } from '../../support/fake-clock.js';
import { type OpenedSlack, openSlack } from './open-slack.js';

const never = new AbortController().signal;
const KEY = 'a key of thirty-two characters or more';

/** Somebody opens the installation page and follows where it leads, with a browser that keeps its cookie. */
async function install(
  slack: OpenedSlack,
  change: (callback: URL) => void = () => {},
  cookieOf = (cookie: string) => cookie,
) {
  const begun = await fetch(`${slack.process.url}${INSTALL_PATH}`, { redirect: 'manual' });
  const cookie = begun.headers.get('set-cookie')?.split(';')[0] ?? '';
  const consent = await fetch(begun.headers.get('location') ?? '', { redirect: 'manual' });
  const callback = new URL(consent.headers.get('location') ?? '');
  expect(callback.pathname).toBe(REDIRECT_PATH);
  change(callback);
  const finished = await fetch(`${slack.process.url}${callback.pathname}${callback.search}`, {
    headers: { cookie: cookieOf(cookie) },
  });
  return { status: finished.status, text: await finished.text() };
}

/** Two workspaces of strangers; nobody has installed anything. */
async function openDistributed() {
  const slack = await openSlack({ isDistributed: true });
  const { server } = slack;
  const other = server.addWorkspace('Umbrella');
  const eve = server.addUser(other.id, 'eve', 'owner');
  return { slack, server, other, eve };
}

describe('an installation', () => {
  it('is made by a workspace itself, and answers there with its own token', async () => {
    const { slack, server, other, eve } = await openDistributed();
    server.behaviour.consent = { teamId: other.id, userId: eve.id };
    expect(await install(slack)).toMatchObject({ status: 200, text: expect.stringContaining('is installed') });
    const { botUserId } = server.installation(other.id);
    const lab = server.addChannel(other.id, 'lab', [eve.id, botUserId]);
    const { message } = eve.post(lab.id, { text: `<@${botUserId}> hello` });
    await server.settled();
    const event = slack.host.events[0]!;
    expect(event.address.workspaceId).toBe(other.id);
    const { adapter } = await slack.elsewhere();
    await (await adapter.openReply(event, never)).finish(notice('Hello.'));
    expect(server.screen.thread(lab.id, message.ts).map(({ text }) => text)).toEqual(['Hello.']);
    expect(server.violations).toEqual([]);
  });

  it('in a whole organisation serves each of its workspaces', async () => {
    const { slack, server } = await openDistributed();
    const organisation = server.addEnterprise('Initech');
    const team = server.addWorkspace('Initech Berlin', { enterpriseId: organisation.id });
    const boss = server.addUser(team.id, 'boss', 'owner');
    server.behaviour.consent = { enterpriseId: organisation.id, userId: boss.id };
    expect((await install(slack)).status).toBe(200);
    const { botUserId } = server.installation(team.id);
    const lab = server.addChannel(team.id, 'lab', [boss.id, botUserId]);
    const { message } = boss.post(lab.id, { text: `<@${botUserId}> hello` });
    await server.settled();
    const event = slack.host.events[0]!;
    expect(event.address.workspaceId).toBe(team.id);
    await (await slack.adapter.openReply(event, never)).finish(notice('Hello.'));
    expect(server.screen.thread(lab.id, message.ts)).toHaveLength(1);
    // A report knows the workspace alone.
    const { adapter } = await slack.elsewhere();
    const address = { ...event.address, threadId: null };
    await adapter.post(address, notice('The week.'), { key: 'week', signal: never });
    expect(server.screen.channel(lab.id).map(({ text }) => text)).toContain('The week.');
  });

  it.each<[string, (callback: URL) => void, (cookie: string) => string]>([
    ['without its state', (url) => url.searchParams.delete('state'), (cookie) => cookie],
    [
      'with a state that somebody made up',
      (url) => url.searchParams.set('state', '9999999999999.x.y'),
      () => 'docent_slack_state=9999999999999.x.y',
    ],
    ['in another browser', () => {}, () => ''],
  ])('%s is refused', async (_what, change, cookieOf) => {
    const { slack, server, other, eve } = await openDistributed();
    server.behaviour.consent = { teamId: other.id, userId: eve.id };
    expect(await install(slack, change, cookieOf)).toMatchObject({
      status: 400,
      text: expect.stringContaining(INSTALL_PATH),
    });
  });

  it('that is not allowed on the consent page says that nothing was installed', async () => {
    const { slack, server, other, eve } = await openDistributed();
    server.behaviour.consent = { teamId: other.id, userId: eve.id, isRefused: true };
    expect(await install(slack)).toMatchObject({ status: 400, text: expect.stringContaining('Nothing was installed') });
  });

  it('of an app that rotates its tokens is refused at once, and says what to change', async () => {
    const { slack, server, other, eve } = await openDistributed();
    server.behaviour.consent = { teamId: other.id, userId: eve.id };
    server.behaviour.rotatesTokens = true;
    expect(await install(slack)).toMatchObject({ status: 500, text: expect.stringContaining('token rotation off') });
  });

  it('is forgotten, with its token, when the workspace takes the app away', async () => {
    const { slack, server, other, eve } = await openDistributed();
    server.behaviour.consent = { teamId: other.id, userId: eve.id };
    await install(slack);
    eve.uninstallApp();
    await server.settled();
    const address = { platform: 'slack', workspaceId: other.id, channelId: 'C1', threadId: null, isDirect: false };
    const post = slack.adapter.post(address, notice('x'), { key: 'k', signal: never });
    await expect(post).rejects.toMatchObject({
      code: 'CHANNEL_UNAVAILABLE',
      userMessage: expect.stringContaining('not installed'),
    });
  });

  it('that was made anew stays when Slack tells late of the end of the one before', async () => {
    const clock = createFakeClock();
    const slack = await openSlack({ isDistributed: true, clock });
    const { server } = slack;
    const other = server.addWorkspace('Umbrella');
    const eve = server.addUser(other.id, 'eve', 'owner');
    server.behaviour.consent = { teamId: other.id, userId: eve.id };
    await install(slack);
    server.hold();
    eve.uninstallApp();
    await clock.advance(60_000);
    expect((await install(slack)).status).toBe(200);
    server.release();
    await server.settled();
    const lab = server.addChannel(other.id, 'lab', [eve.id, server.installation(other.id).botUserId]);
    const address = { platform: 'slack', workspaceId: other.id, channelId: lab.id, threadId: null, isDirect: false };
    await slack.adapter.post(address, notice('The week.'), { key: 'week', signal: never });
    expect(server.screen.channel(lab.id)).toHaveLength(1);
  });
});

describe('a token', () => {
  it('is kept encrypted, for its own workspace alone', async () => {
    const clock = createFakeClock();
    const { engines } = await openEmbeddedStores(clock);
    const { recordStore } = engines;
    const written: string[] = [];
    const watched: typeof recordStore = {
      ...recordStore,
      get: recordStore.get.bind(recordStore),
      delete: recordStore.delete.bind(recordStore),
      list: recordStore.list.bind(recordStore),
      async put(collection, scope, record, condition) {
        written.push(JSON.stringify(record));
        return recordStore.put(collection, scope, record, condition);
      },
    };
    const installations = createInstallations({ recordStore: watched, seal: createTokenSeal(KEY), clock });
    const installation = {
      teamId: 'T1',
      enterpriseId: null,
      botToken: 'xoxb-secret',
      botId: 'B1',
      botUserId: 'U1',
      scopes: [],
    };
    await installations.save(installation);
    expect(written.join('')).not.toContain('xoxb-secret');
    expect(await installations.find({ teamId: 'T1' })).toEqual(installation);
    expect(await installations.find({ teamId: 'T2' })).toBeUndefined();
    const other = createInstallations({ recordStore, seal: createTokenSeal(`${KEY}!`), clock });
    await expect(other.find({ teamId: 'T1' })).rejects.toMatchObject({
      code: 'SETTINGS_INVALID',
      userMessage: expect.stringContaining('SLACK_TOKEN_KEY'),
    });
  });

  it('is not opened for another owner, nor when it was changed', () => {
    const seal = createTokenSeal(KEY);
    const sealed = seal.seal('xoxb-secret', 'T1');
    expect(seal.open(sealed, 'T1')).toBe('xoxb-secret');
    expect(seal.seal('xoxb-secret', 'T1')).not.toBe(sealed);
    const changed = Buffer.from(sealed, 'base64');
    changed[changed.length - 1]! ^= 1;
    for (const [text, owner] of [
      [sealed, 'T2'],
      [changed.toString('base64'), 'T1'],
      ['', 'T1'],
    ] as const)
      expect(() => seal.open(text, owner)).toThrow(/SETTINGS_INVALID/);
  });
});
