import { describe, expect, it } from 'vitest';
import { INSTALL_PATH } from '../../../src/adapters/slack/app-surface.js';
import { notice } from '../../../src/core/chat/outgoing-message.js';
import { eventually } from '../../support/eventually.js';
import { type OpenedSlack, openSlack } from './open-slack.js';

const never = new AbortController().signal;
const FIX = /SLACK_BOT_TOKEN \(\w+\)\. Install the app again and copy its token anew .* restart Docent/;

const post = ({ adapter }: OpenedSlack, workspaceId: string, channelId: string, key: string) =>
  adapter.post({ platform: 'slack', workspaceId, channelId, threadId: null, isDirect: false }, notice('Hello.'), {
    key,
    signal: never,
  });

/** Posts a report to the general channel. */
const report = (slack: OpenedSlack, key: string) => post(slack, slack.workspace.id, slack.channel.id, key);

const refusals = ({ logger }: OpenedSlack) => logger.lines.filter(({ event }) => event === 'slack.refused');

describe('a token of the settings that Slack takes no more', () => {
  it.each(['http', 'socket'] as const)(
    'is told of once, ends the platform, and is not used again, over %s',
    async (receiver) => {
      const slack = await openSlack({ receiver });
      const { server, adapter, host, installation } = slack;
      await report(slack, 'before');
      installation.state = 'revoked';
      await expect(report(slack, 'first')).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
      const asked = server.calls.length;
      await expect(report(slack, 'second')).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
      expect(await adapter.health(never)).toMatchObject({
        state: 'unhealthy',
        fix: expect.stringMatching(FIX) as string,
      });
      expect(server.calls).toHaveLength(asked);
      expect(host.failures.map(({ userMessage }) => userMessage)).toEqual([expect.stringMatching(FIX)]);
      expect(refusals(slack)).toMatchObject([{ level: 'error', fields: { reason: 'token_revoked' } }]);
      if (receiver === 'socket') await eventually('the connection is closed', () => server.sockets.open.length === 0);
    },
  );

  it('is noticed when the app is taken away, before anything is asked', async () => {
    const slack = await openSlack();
    await report(slack, 'before');
    slack.ada.uninstallApp();
    await eventually('the host knows', () => slack.host.failures.length > 0);
    expect((await slack.adapter.health(never)).fix).toMatch(FIX);
  });

  it('is noticed by the health of a process that only replies', async () => {
    const slack = await openSlack();
    slack.installation.state = 'uninstalled';
    const { adapter } = await slack.elsewhere();
    expect(await adapter.health(never)).toMatchObject({
      state: 'unhealthy',
      fix: expect.stringMatching(FIX) as string,
    });
  });

  it('ends nothing where Slack takes it when it is asked again', async () => {
    const slack = await openSlack();
    slack.server.behaviour.faults.push({ method: 'chat.postMessage', fault: { kind: 'error', error: 'invalid_auth' } });
    await expect(report(slack, 'a')).rejects.toMatchObject({ code: 'CHANNEL_UNAVAILABLE' });
    await report(slack, 'a');
    expect((await slack.adapter.health(never)).state).toBe('healthy');
    expect(slack.host.failures).toEqual([]);
  });
});

describe('the token of one workspace among several', () => {
  it('that Slack takes no more ends nothing for the others, and is named until the workspace installs Docent anew', async () => {
    const slack = await openSlack({ isDistributed: true });
    const { server, adapter, host } = slack;
    const install = async (name: string) => {
      const team = server.addWorkspace(name);
      const owner = server.addUser(team.id, `owner-of-${name}`, 'owner');
      const again = async () => {
        server.behaviour.consent = { teamId: team.id, userId: owner.id };
        const begun = await fetch(`${slack.process.url}${INSTALL_PATH}`, { redirect: 'manual' });
        const cookie = begun.headers.get('set-cookie')?.split(';')[0] ?? '';
        const consent = await fetch(begun.headers.get('location') ?? '', { redirect: 'manual' });
        const { pathname, search } = new URL(consent.headers.get('location') ?? '');
        await fetch(`${slack.process.url}${pathname}${search}`, { headers: { cookie } });
      };
      await again();
      const lab = server.addChannel(team.id, 'lab', [owner.id, server.installation(team.id).botUserId]);
      return { team, lab, again, say: (key: string) => post(slack, team.id, lab.id, key) };
    };
    const sick = await install('Umbrella');
    const well = await install('Initech');
    await sick.say('a');
    server.installation(sick.team.id).state = 'revoked';
    await expect(sick.say('b')).rejects.toMatchObject({ code: 'CHANNEL_UNAVAILABLE' });
    await well.say('a');
    expect(await adapter.health(never)).toEqual({
      state: 'degraded',
      detail: `Of 2 workspaces, Slack refuses the token of ${sick.team.id}.`,
      fix: 'An admin there installs Docent again at /slack/install.',
    });
    expect(host.failures).toEqual([]);
    await sick.again();
    expect((await adapter.health(never)).state).toBe('healthy');
  });
});
