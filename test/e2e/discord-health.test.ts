import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { launch } from '../../src/launch.js';
import { startDiscordStandIn } from '../support/discord/server.js';
import { openPageClient } from '../support/page-client.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const NAMED_WITHIN_MS = 60_000;
/** Discord's own, with which a silent gateway is seen after up to twice its time, is `DOCENT_TEST_HEARTBEAT_MS=41250`. */
const HEARTBEAT_MS = Number(process.env['DOCENT_TEST_HEARTBEAT_MS'] ?? 5_000);
const within = { timeout: NAMED_WITHIN_MS, interval: 500 };

it(
  'the report on health names Discord when its gateway is dead, and that it works again: on the page, to probes, and in Discord itself',
  { timeout: 600_000 },
  async () => {
    const server = await startDiscordStandIn({
      maxConcurrency: 16,
      startIntervalMs: 0,
      heartbeatIntervalMs: HEARTBEAT_MS,
    });
    onTestFinished(() => server.close());
    const guild = server.addGuild({ name: 'School' });
    guild.addChannel({ name: 'general' });
    const admins = guild.addChannel({ name: 'admins' });
    const manager = guild.addMember({ permissions: ['ManageGuild'] });
    const docent = await launch({
      environment: {
        DOCENT_ALERT_AFTER_SECONDS: '2',
        DOCENT_EMBEDDER: 'hash-embedder',
        DOCENT_PLUGINS: join(process.cwd(), 'dist/test/fixtures/hash-embedder-plugin.js'),
        DOCENT_WEB_PORT: '0',
        DOCENT_LOG_LEVEL: 'silent',
        DISCORD_TOKEN: server.token,
        DISCORD_API_URL: server.apiUrl,
        DISCORD_CDN_URL: server.cdnUrl,
      },
      folder: await temporaryFolder(),
    });
    onTestFinished(() => docent.stop(0));
    await manager.useCommand(admins, 'link', { creator: 'school' }).reply();
    await manager.useCommand(admins, 'reports', { action: 'channel' }).reply();

    const url = docent.url ?? '';
    const page = await openPageClient(url, 'default');
    const onPage = (): Promise<string> => page.run('health');
    const toProbes = async (): Promise<unknown> => (await fetch(`${url}/readyz`)).json();
    const told = (): string[] =>
      admins.messages
        .map(({ content }) => content)
        .filter((content) => /^\*\*(?:Something|It works again)/.test(content));
    await expect.poll(onPage, within).toContain('Everything works.');

    const { gateway } = server;
    const deaths = [
      {
        how: 'takes no connection',
        die() {
          gateway.isDown = true;
          gateway.cutConnections();
        },
        revive: () => void (gateway.isDown = false),
      },
      { how: 'says nothing', die: () => void (gateway.isAlive = false), revive: () => void (gateway.isAlive = true) },
    ];
    for (const { how, die, revive } of deaths) {
      const before = told().length;
      const diedAt = performance.now();
      die();
      await expect.poll(onPage, within).toMatch(/^- ❌ \*\*discord\*\*: \S.*\. \S.*$/m);
      const named = performance.now() - diedAt;
      expect(await toProbes()).toMatchObject({
        state: 'ready',
        components: expect.arrayContaining([{ component: 'discord', state: 'unhealthy' }]) as unknown,
      });
      await expect.poll(told, within).toHaveLength(before + 1);
      expect(told().at(-1)).toMatch(/^\*\*Something stopped working\.\*\*\n\n- ❌ \*\*discord\*\*: \S.*\. \S.*$/);
      const revivedAt = performance.now();
      revive();
      await expect.poll(onPage, within).toContain('Everything works.');
      const recovered = performance.now() - revivedAt;
      await expect.poll(told, within).toHaveLength(before + 2);
      expect(told().at(-1)).toMatch(/^\*\*It works again\.\*\*\n\n- ✅ \*\*discord\*\*: Connected with 1 shard\.$/);
      process.stdout.write(
        `a gateway that ${how}: named after ${(named / 1_000).toFixed(1)} s, well again after ${(recovered / 1_000).toFixed(1)} s\n`,
      );
    }
    expect(server.violations).toEqual([]);
  },
);
