import { describe, expect, it } from 'vitest';
import slack from '../../../src/adapters/slack/plugin.js';
import { receiverOf, slackSettingsSchema } from '../../../src/adapters/slack/settings.js';
import { readSettings } from '../../../src/core/settings.js';

const read = (environment: Record<string, string>) => readSettings(slackSettingsSchema, environment);
const problemsOf = (environment: Record<string, string>): string[] => {
  const result = read(environment);
  return 'problems' in result ? result.problems.map(({ env }) => env) : [];
};
const settingsOf = (environment: Record<string, string>) => {
  const result = read(environment);
  if ('problems' in result) throw new Error(result.problems.map(({ problem }) => problem).join('\n'));
  return result.settings;
};

const http = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_SIGNING_SECRET: 'secret' };

describe('the Slack settings', () => {
  it('leave Slack out when there are none', () => {
    const settings = settingsOf({});
    expect(slack.enabled?.(settings)).toBe(false);
  });

  it('need a bot token and a signing secret over HTTP', () => {
    const settings = settingsOf(http);
    expect(slack.enabled?.(settings)).toBe(true);
    expect(receiverOf(settings)).toBe('http');
    expect(problemsOf({ SLACK_BOT_TOKEN: 'xoxb-1' })).toEqual(['SLACK_SIGNING_SECRET']);
  });

  it('take Socket Mode when there is an app token, unless told otherwise', () => {
    const both = { ...http, SLACK_APP_TOKEN: 'xapp-1' };
    expect(receiverOf(settingsOf(both))).toBe('socket');
    expect(receiverOf(settingsOf({ ...both, SLACK_RECEIVER: 'http' }))).toBe('http');
    expect(problemsOf({ ...http, SLACK_RECEIVER: 'socket' })).toEqual(['SLACK_APP_TOKEN']);
  });

  it('name everything that installations by workspaces lack, at once', () => {
    expect(problemsOf({ SLACK_CLIENT_ID: '1.2', SLACK_SIGNING_SECRET: 'secret' })).toEqual([
      'SLACK_CLIENT_SECRET',
      'SLACK_TOKEN_KEY',
      'SLACK_PUBLIC_URL',
    ]);
  });

  it('say that a token is missing where other settings are there', () => {
    expect(problemsOf({ SLACK_SIGNING_SECRET: 'secret' })).toEqual(['SLACK_BOT_TOKEN']);
  });

  it.each([
    ['SLACK_BOT_TOKEN', 'xapp-1'],
    ['SLACK_APP_TOKEN', 'xoxb-1'],
    ['SLACK_API_URL', 'slack.com/api'],
    ['SLACK_PUBLIC_URL', 'ftp://docent.example'],
    ['SLACK_MANAGER_GROUPS', 'coaches'],
    ['SLACK_TOKEN_KEY', 'short'],
    ['SLACK_RECEIVER', 'webhook'],
  ])('refuse %s = %s without repeating it', (env, value) => {
    const result = read({ ...http, [env]: value });
    const problems = 'problems' in result ? result.problems : [];
    expect(problems.map((problem) => problem.env)).toContain(env);
    if (env.includes('TOKEN')) expect(JSON.stringify(problems)).not.toContain(`"${value}"`);
  });

  it('read user groups and put a slash behind the address of the Web API', () => {
    const settings = settingsOf({ ...http, SLACK_MANAGER_GROUPS: 'S1, S2', SLACK_API_URL: 'http://127.0.0.1:9/api' });
    expect(settings.managerGroups).toEqual(['S1', 'S2']);
    expect(settings.apiUrl).toBe('http://127.0.0.1:9/api/');
  });
});
