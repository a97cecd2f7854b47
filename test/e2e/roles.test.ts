import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type RunningProcess, runDocent, startDocentProcess } from '../support/docent-process.js';
import { describeWithAll } from '../support/obtained.js';
import { openPageClient } from '../support/page-client.js';
import { useServerEngines } from '../support/server-engines.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const DOCUMENTS = 4;
const PARAGRAPHS = 1_500;
/** A killed worker's documents are taken over when its claim has run out, half a minute later. */
const PATIENCE_MS = 150_000;
const within = { timeout: PATIENCE_MS };

/** A guide that takes a while to read, with one passage that no other has. */
function guide(number: number): string {
  const rules = Array.from(
    { length: PARAGRAPHS },
    (_, index) => `## Rule ${index}\n\nRule ${index} of guide ${number} is about walking to town ${index} and back.`,
  );
  return `# Guide ${number}\n\nThe password of guide ${number} is lighthouse-${number}.\n\n${rules.join('\n\n')}\n`;
}

describeWithAll(['redis-server', 'chroma'], 'one Docent in several processes', (parts) => {
  const engines = useServerEngines(parts);

  it(
    'reads what a killed worker left, and answers, on the page of a gateway',
    async () => {
      const root = await temporaryFolder();
      const environmentOf = (name: string, role: string): Record<string, string> => ({
        ...engines().environment,
        DOCENT_CREATOR: 'coach',
        DOCENT_ROLE: role,
        DOCENT_DATA_FOLDER: join(root, name),
      });
      const start = async (name: string, role: string): Promise<RunningProcess> => {
        const running = startDocentProcess(['start'], root, environmentOf(name, role));
        await running.printed(/Docent is /);
        return running;
      };
      const gateway = await start('gateway', 'gateway');
      const [worker] = await Promise.all([
        start('worker-1', 'worker'),
        start('worker-2', 'worker'),
        start('scheduler', 'scheduler'),
      ]);
      const url = /http:\/\/[\d.:]+/.exec(await gateway.printed(/Docent is ready: http\S+\n/))?.[0] ?? '';
      const page = await openPageClient(url, 'coach');
      for (let number = 0; number < DOCUMENTS; number += 1)
        expect(await page.upload(`guide-${number}.md`, guide(number))).toBe(202);

      const inWork = (): number =>
        new Set(page.events.flatMap((event) => (event.type === 'uploadStatus' ? [event.uploadId] : []))).size;
      await expect.poll(inWork, within).toBeGreaterThanOrEqual(2);
      worker.process.kill('SIGKILL');
      expect(page.outcomes().length).toBeLessThan(DOCUMENTS);
      await expect.poll(() => page.outcomes().length, within).toBe(DOCUMENTS);
      for (const outcome of page.outcomes()) expect(outcome).toContain('can be asked about now');

      await page.ask('What is the password of guide 2?');
      await expect.poll(() => page.replies().length, within).toBe(1);
      expect(page.replies()[0]).toContain('lighthouse-2');
      const health = await runDocent(['health'], root, environmentOf('worker-2', 'worker'));
      expect(health.stdout).toContain('work queue');
      expect(health.code).toBe(0);
    },
    3 * PATIENCE_MS,
  );
});
