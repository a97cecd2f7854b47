import { expect, it, onTestFinished } from 'vitest';
import { launch } from '../../src/launch.js';
import { coach } from '../support/embedded-core.js';
import { describeWithAll } from '../support/obtained.js';
import { MODELS, useServerEngines } from '../support/server-engines.js';
import { silentLogger } from '../support/silent-logger.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { healthReport } from '../../src/reports/health.js';

const NAMED_WITHIN_MS = 60_000;
const within = { timeout: NAMED_WITHIN_MS, interval: 500 };

describeWithAll(['redis-server', 'chroma'], 'the report on health', (parts) => {
  const engines = useServerEngines(parts);

  it(
    'names what stopped, with what to do, and that it works again, each within a minute',
    { timeout: 600_000 },
    async () => {
      const { redis, chroma, ollama, environment } = engines();
      const docent = await launch({
        environment: { ...environment, DOCENT_WEB_PORT: '0', DOCENT_LOG_LEVEL: 'silent' },
        folder: await temporaryFolder(),
      });
      onTestFinished(() => docent.stop(0));
      const { services } = docent;
      const tell = async (): Promise<string> => {
        const { signal } = new AbortController();
        const slot = { creatorId: coach, slotAt: services.clock.now(), timezone: 'UTC' };
        const facts = await healthReport.collect({ ...slot, services, signal, logger: silentLogger });
        return healthReport.render(facts)?.text ?? '';
      };
      await expect.poll(tell, within).toContain('Everything works.');

      const [chatModel = '', embedder = ''] = MODELS;
      const uninstall = (name: string) => {
        const key = [...ollama.disk.installed.keys()].find((known) => known.startsWith(name)) ?? name;
        const model = ollama.disk.installed.get(key);
        ollama.disk.installed.delete(key);
        return () => void (model !== undefined && ollama.disk.installed.set(key, model));
      };
      let repairModel = (): void => {};
      const failures = [
        { part: 'redis', stop: () => redis.kill(), repair: () => redis.restart() },
        { part: 'search by meaning', stop: () => chroma.kill(), repair: () => chroma.restart() },
        {
          part: 'language model',
          stop: async () => void (repairModel = uninstall(chatModel)),
          repair: async () => repairModel(),
        },
        {
          part: 'embedder',
          stop: async () => void (repairModel = uninstall(embedder)),
          repair: async () => repairModel(),
        },
      ];
      for (const { part, stop, repair } of failures) {
        await stop();
        const stoppedAt = performance.now();
        // Each sick part has a sentence on what to do behind what is seen.
        await expect.poll(tell, within).toMatch(new RegExp(`^- (?:❌|⚠️) \\*\\*${part}\\*\\*: \\S.*\\. \\S.*$`, 'm'));
        const named = performance.now() - stoppedAt;
        await repair();
        const repairedAt = performance.now();
        await expect.poll(tell, within).toContain('Everything works.');
        const recovered = performance.now() - repairedAt;
        process.stdout.write(
          `${part}: named after ${(named / 1_000).toFixed(1)} s, well again after ${(recovered / 1_000).toFixed(1)} s\n`,
        );
      }
    },
  );
});
