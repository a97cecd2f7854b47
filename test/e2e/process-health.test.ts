import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startDiscordStandIn } from '../support/discord/server.js';
import { type Ended, type RunningProcess, runDocent, startDocentProcess } from '../support/docent-process.js';
import { describeWithAll } from '../support/obtained.js';
import { useServerEngines } from '../support/server-engines.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const NAMED_WITHIN_MS = 60_000;
const within = { timeout: NAMED_WITHIN_MS, interval: 500 };

/** A Docent in two processes, on Discord, of which the one sees the other. */
async function openSchool(environment: Readonly<Record<string, string>>) {
  const server = await startDiscordStandIn({ maxConcurrency: 16, startIntervalMs: 0, heartbeatIntervalMs: 5_000 });
  onTestFinished(() => server.close());
  const guild = server.addGuild({ name: 'School' });
  guild.addChannel({ name: 'general' });
  const admins = guild.addChannel({ name: 'admins' });
  const manager = guild.addMember({ permissions: ['ManageGuild'] });
  const root = await temporaryFolder();
  const environmentOf = (role: string): Record<string, string> => ({
    ...environment,
    DOCENT_ROLE: role,
    DOCENT_DATA_FOLDER: join(root, role),
    DOCENT_ALERT_AFTER_SECONDS: '2',
    DISCORD_TOKEN: server.token,
    DISCORD_API_URL: server.apiUrl,
    DISCORD_CDN_URL: server.cdnUrl,
  });
  const start = async (role: string): Promise<RunningProcess> => {
    const running = startDocentProcess(['start'], root, environmentOf(role));
    await running.printed(/Docent is /);
    return running;
  };
  const run = (role: string, command: string): Promise<Ended> => runDocent([command], root, environmentOf(role));
  const scheduler = await start('scheduler');
  const gateway = await start('gateway');
  await manager.useCommand(admins, 'link', { creator: 'school' }).reply();
  await manager.useCommand(admins, 'reports', { action: 'channel' }).reply();

  const told = (): string[] =>
    admins.messages
      .map(({ content }) => content)
      .filter((content) => /^\*\*(?:Something|It works again)/.test(content));
  const seenByScheduler = async (): Promise<string> => (await run('scheduler', 'health')).stdout;
  // Each look is a process: not as often as the others.
  await expect.poll(seenByScheduler, { ...within, interval: 2_000 }).toMatch(/gateway [0-9a-f]{6}/);
  expect(await seenByScheduler()).toContain('Connected with 1 shard.');
  return {
    server,
    scheduler,
    gateway,
    start,
    run,
    seenByScheduler,
    /** Waits for the next message about health, and shows how long it took. */
    async next(what: string, pattern: RegExp): Promise<void> {
      const before = told().length;
      const startedAt = performance.now();
      await expect.poll(told, within).toHaveLength(before + 1);
      expect(told().at(-1)).toMatch(pattern);
      process.stdout.write(`${what}: told after ${((performance.now() - startedAt) / 1_000).toFixed(1)} s\n`);
    },
  };
}

type School = Awaited<ReturnType<typeof openSchool>>;

async function cutsTheGatewayOffAndKillsTheWatcher({ server, scheduler, next }: School): Promise<void> {
  server.gateway.isDown = true;
  server.gateway.cutConnections();
  await next('a gateway that is cut off', /^\*\*Something stopped working\.\*\*\n\n- ❌ \*\*discord\*\*: \S.*\. \S/);
  server.gateway.isDown = false;
  await next('a gateway that is back', /^\*\*It works again\.\*\*\n\n- ✅ \*\*discord\*\*: Connected with 1 shard\.$/);
  scheduler.process.kill('SIGKILL');
  await next(
    'the process that watched',
    /^\*\*Something stopped working\.\*\*\n\n- ❌ \*\*scheduler [0-9a-f]{6}\*\*: It ran on/,
  );
}

async function killsTheGateway({ gateway, start, run, seenByScheduler, next }: School): Promise<void> {
  gateway.process.kill('SIGKILL');
  await next(
    'a process that was killed',
    /^\*\*Something stopped working\.\*\*\n\n- ❌ \*\*gateway [0-9a-f]{6}\*\*: It ran on/,
  );
  expect(await seenByScheduler()).toMatch(/gateway [0-9a-f]{6}.*no sign of life/);
  expect(await run('scheduler', 'healthcheck')).toMatchObject({ code: 0, stdout: 'Well.\n' });
  await start('gateway');
  await next(
    'a process that was restarted',
    /^\*\*It works again\.\*\*\n\n- ✅ \*\*gateway [0-9a-f]{6}\*\*: It runs on/,
  );
}

describeWithAll(['redis-server', 'chroma'], 'a Docent whose gateway is a process of its own', (parts) => {
  const engines = useServerEngines(parts);

  it(
    'tells in Discord that its gateway is cut off, that its process was killed, and that each works again',
    { timeout: 600_000 },
    async () => {
      // Silence is noticed after many seconds: for two Docents that know nothing of each other they pass at the same time.
      await Promise.all(
        [cutsTheGatewayOffAndKillsTheWatcher, killsTheGateway].map(async (happens, index) => {
          const school = await openSchool({ ...engines().environment, REDIS_KEY_PREFIX: `school-${index}:` });
          await happens(school);
          expect(school.server.violations).toEqual([]);
        }),
      );
    },
  );
});
