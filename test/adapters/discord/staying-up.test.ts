import { describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { type DiscordDocent, openDocent, shows, threadOf, written } from './open-docent.js';

async function opened(options: Parameters<typeof openDocent>[0] = {}): Promise<DiscordDocent> {
  const docent = await openDocent({ ...options, server: { maxConcurrency: 16, ...options?.server } });
  await docent.link();
  await docent.addDocument();
  return docent;
}

/** A question in the channel and its thread; the answer is there once. */
async function askAndCheck(docent: DiscordDocent): Promise<void> {
  const { server, channel, member } = docent;
  const asked = member.post(channel, `<@${server.bot.id}> When are refunds paid?`);
  const thread = await threadOf(docent, asked);
  await shows(() => thread.messages, /within ten days/);
  expect(written(thread)).toHaveLength(1);
}

describe('Docent on Discord stays up', () => {
  it('over a reconnect that Discord asks for, a cut line, and a session that ended', async () => {
    const docent = await opened();
    const { gateway } = docent.server;
    gateway.requestReconnect();
    await eventually('it resumed', () => gateway.resumes === 1);
    await askAndCheck(docent);
    gateway.cutConnections();
    await eventually('it resumed again', () => gateway.resumes === 2);
    await askAndCheck(docent);
    gateway.invalidateSession(true);
    await eventually('it resumed a session that was called invalid and is not', () => gateway.resumes === 3);
    await askAndCheck(docent);
    gateway.invalidateSession(false);
    await eventually('it began a session anew', () => gateway.identifies === 2);
    await askAndCheck(docent);
    expect(docent.server.violations).toEqual([]);
  });

  it('answers once what Discord delivers twice', async () => {
    const docent = await opened();
    const { server, guild, channel, member } = docent;
    await askAndCheck(docent);
    server.gateway.repeatLast('MESSAGE_CREATE');
    const run = member.useCommand(channel, 'ask', { question: 'How many hours of sleep?' });
    await eventually('there is a thread', () => guild.channels.has(run.messages[0]?.id ?? ''));
    server.gateway.repeatedAfterResume = 5;
    server.gateway.requestReconnect();
    await eventually('it resumed', () => server.gateway.resumes === 1);
    await askAndCheck(docent);
    const threads = [...guild.channels.values()].filter(({ thread }) => thread !== undefined);
    expect(threads.map((thread) => written(thread).length)).toEqual([1, 1, 1]);
  });

  it('posts once where the answer to a request got lost, and where the server failed or was too busy', async () => {
    const docent = await opened();
    const { server } = docent;
    server.failNext({ method: 'POST', path: /\/messages$/, cut: 'after' });
    await askAndCheck(docent);
    server.failNext({ method: 'POST', path: /\/messages$/, status: 502, times: 2 });
    await askAndCheck(docent);
    server.failNext({ method: 'POST', path: /\/threads$/, cut: 'after' });
    await askAndCheck(docent);
    server.failNext({ method: 'POST', path: /\/messages$/, status: 429, retryAfterS: 0.1, scope: 'shared' });
    await askAndCheck(docent);
    server.failNext({ method: 'POST', path: /\/callback$/, cut: 'after' });
    const run = docent.member.useCommand(docent.channel, 'help');
    expect((await run.reply()).content).toMatch(/I answer questions/);
  });

  it('tells the outcome later where Discord failed for longer', async () => {
    const docent = await opened();
    docent.server.failNext({ method: 'POST', path: /\/messages$/, status: 503, times: 8 });
    await askAndCheck(docent);
  });

  it('answers once after a restart what was said in its threads meanwhile', async () => {
    const docent = await opened();
    const { server, channel, member } = docent;
    const asked = member.post(channel, `<@${server.bot.id}> When are refunds paid?`);
    const thread = await threadOf(docent, asked);
    await shows(() => thread.messages, /within ten days/);
    const direct = server.addDirectMessage(member);
    member.post(direct, 'When are refunds paid?');
    await shows(() => direct.messages, /within ten days/);
    await docent.stop();
    member.post(thread, 'How much water before a long run?');
    member.post(direct, 'How many hours of sleep?');
    await docent.start();
    await shows(() => thread.messages, /half a litre/);
    await shows(() => direct.messages, /Eight hours/);
    server.gateway.invalidateSession(false);
    await eventually('it began a session anew', () => server.gateway.identifies === 3);
    await askAndCheck(docent);
    expect(written(thread)).toHaveLength(3);
    expect(direct.messages).toHaveLength(4);
  });

  it('runs several shards in one process', async () => {
    const docent = await opened({ server: { shards: 2 } });
    expect(docent.server.gateway.sessions.map(({ shard }) => shard.join('/'))).toEqual(['0/2', '1/2']);
    await askAndCheck(docent);
    const health = await docent.docent.services.health.check(new AbortController().signal);
    expect(health.components.find(({ component }) => component === 'discord')?.detail).toBe('Connected with 2 shards.');
  });

  it('runs each shard in a process of its own beyond a number', async () => {
    const docent = await opened({ server: { shards: 2 }, environment: { DISCORD_SHARDS_IN_PROCESS: '1' } });
    await askAndCheck(docent);
    const run = docent.member.useCommand(docent.channel, 'help');
    expect((await run.reply()).content).toMatch(/I answer questions/);
    await docent.stop();
    await eventually('no session is left', () =>
      docent.server.gateway.sessions.every(({ isConnected }) => !isConnected),
    );
  });

  it('ends for good once its token is refused while it runs, and makes no call any more', async () => {
    const docent = await opened();
    const { server, channel, member } = docent;
    await askAndCheck(docent);
    server.resetToken('another');
    member.post(channel, `<@${server.bot.id}> When are refunds paid?`);
    await eventually('a call was refused', () => server.requests.some(({ status }) => status === 401));
    await eventually('it left the gateway', () => server.gateway.sessions.every(({ isConnected }) => !isConnected));
    const { identifies, resumes } = server.gateway;
    const discord = async () => {
      const { components } = await docent.docent.services.health.check(new AbortController().signal);
      return components.find(({ component }) => component === 'discord');
    };
    expect(await discord()).toMatchObject({
      state: 'unhealthy',
      fix: expect.stringMatching(/DISCORD_TOKEN/) as string,
    });
    await docent.stop();
    expect(server.requests.filter(({ status }) => status === 401)).toHaveLength(1);
    expect([server.gateway.identifies, server.gateway.resumes]).toEqual([identifies, resumes]);
  });

  it('does not start with a token that Discord refuses, and says what to do', async () => {
    await expect(openDocent({ environment: { DISCORD_TOKEN: 'wrong' } })).rejects.toThrow(
      /Discord refused DISCORD_TOKEN\. Copy the token again/,
    );
  });
});
