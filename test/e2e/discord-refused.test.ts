import { describe, expect, it, onTestFinished } from 'vitest';
import { environmentOf, handbook, shows, threadOf, upload, written } from '../adapters/discord/open-docent.js';
import { startDiscordStandIn } from '../support/discord/server.js';
import { runDocent, startDocentProcess } from '../support/docent-process.js';
import { eventually } from '../support/eventually.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** A Docent of its own process that is connected. */
async function openProcess(environment: Record<string, string>) {
  const folder = await temporaryFolder();
  const server = await startDiscordStandIn();
  onTestFinished(() => server.close());
  const guild = server.addGuild();
  // The first one gets the welcome.
  guild.addChannel();
  const channel = guild.addChannel();
  const settings = { ...environmentOf(server, folder), DOCENT_LOG_LEVEL: 'error', ...environment };
  const docent = startDocentProcess(['start'], folder, settings);
  const ready = await docent.printed(/Docent is (?:ready|running)/);
  const revoke = (): void => {
    server.resetToken('another');
    server.gateway.closeConnections(4_004);
  };
  return { folder, settings, docent, server, guild, channel, revoke, url: /http:\S+/.exec(ready)?.[0] ?? '' };
}

const WORD = 'Discord refused DISCORD_TOKEN. Copy the token again from the Developer Portal';

describe('a process whose Discord refuses the token', () => {
  it('ends with a failure and what to do, where nobody can reach it another way', async () => {
    const { docent, revoke } = await openProcess({ DOCENT_WEB: 'false' });
    revoke();
    const { code, stdout, stderr } = await docent.ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`^${WORD}`, 'm'));
    // One line of the log beside the word to who started it.
    expect(`${stdout}${stderr}`.split(WORD)).toHaveLength(3);
  });

  it('answers after the next start what was asked when it ended, once', async () => {
    const { folder, settings, docent, server, guild, channel } = await openProcess({ DOCENT_WEB: 'false' });
    const manager = guild.addMember({ permissions: ['ManageGuild'] });
    await manager.useCommand(channel, 'link', { creator: 'coach' }).reply();
    const run = manager.useCommand(channel, 'ingest', { file: upload('handbook.md', handbook) });
    await shows(() => run.messages, /can be asked about now/);
    const { token } = server;
    // The question is heard and kept; its answer is the first that Discord refuses.
    server.failNext({ method: 'POST', path: /\/threads$/, status: 401 });
    const asked = manager.post(channel, `<@${server.bot.id}> When are refunds paid?`);
    expect((await docent.ended).code).toBe(1);
    expect(guild.channels.has(asked.id)).toBe(false);
    const next = startDocentProcess(['start'], folder, { ...settings, DISCORD_TOKEN: token });
    const thread = await threadOf({ guild }, asked);
    await shows(() => thread.messages, /within ten days/);
    await next.printed(/Docent is running/);
    next.process.kill('SIGTERM');
    expect((await next.ended).code).toBe(0);
    expect(written(thread)).toHaveLength(1);
  });

  it('goes on where it has a page, and is not well', async () => {
    const { docent, folder, settings, server, revoke, url } = await openProcess({});
    revoke();
    const healthcheck = () => runDocent(['healthcheck'], folder, settings);
    await eventually('it is not well', async () => (await healthcheck()).code === 1);
    const asked = server.requests.length;
    expect((await healthcheck()).stdout).toMatch(/^discord: Discord refused Docent for good\.$/m);
    expect((await fetch(url)).status).toBe(200);
    expect(server.requests).toHaveLength(asked);
    expect(server.gateway.identifies).toBe(1);
    docent.process.kill('SIGTERM');
    const { code, stdout, stderr } = await docent.ended;
    expect(code).toBe(0);
    expect(`${stdout}${stderr}`.split(WORD)).toHaveLength(2);
  });
});
