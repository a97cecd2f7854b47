import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { runDocent, startDocentProcess } from '../support/docent-process.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const FIXTURE = join(process.cwd(), 'test/fixtures/evaluation');
const reportSchema = z.object({
  questionCount: z.number(),
  metrics: z.record(z.string(), z.number()),
  outcomes: z.array(z.object({ id: z.string(), strength: z.number(), isEnough: z.boolean() })).optional(),
  against: z.object({ settings: z.array(z.string()), metrics: z.record(z.string(), z.number()) }).optional(),
  comparison: z.record(z.string(), z.object({ difference: z.number(), low: z.number(), high: z.number() })).optional(),
});

/** Lines of the log that a run leaves until it is done. */
function questionsAsked(folder: string): number {
  const evaluations = join(folder, 'data', 'evaluation');
  const log = (existsSync(evaluations) ? readdirSync(evaluations) : []).find((name) => name.startsWith('outcomes-'));
  return log === undefined ? 0 : readFileSync(join(evaluations, log), 'utf8').split('\n').length - 1;
}

describe('docent eval', () => {
  it('goes on where a kill stopped it, with the same result as a run that nothing stopped', async () => {
    const folder = await temporaryFolder();
    // Enough questions that the kill comes between two of them.
    const lines = (await readFile(join(FIXTURE, 'questions.jsonl'), 'utf8')).trim().split('\n');
    const many = Array.from({ length: 10 }, (_, round) =>
      lines.map((line) => line.replace(/"id": "/, `"id": "${round}-`)).join('\n'),
    );
    await mkdir(join(folder, 'set'));
    await writeFile(join(folder, 'set', 'questions.jsonl'), many.join('\n'));
    const args = ['eval', join(folder, 'set'), '--documents', FIXTURE, '--no-answers'];

    const killed = startDocentProcess(args, folder);
    await killed.printed(/Asking questions: [1-9]\d* of 300/);
    killed.process.kill('SIGKILL');
    await killed.ended;
    const asked = questionsAsked(folder);
    expect(asked).toBeGreaterThan(0);
    expect(asked).toBeLessThan(300);

    const goneOn = await runDocent([...args, '--output', 'first.json'], folder);
    expect(goneOn).toMatchObject({ code: 0 });
    const again = await runDocent([...args, '--output', 'second.json'], folder);
    expect(again).toMatchObject({ code: 0 });
    const [first, second] = await Promise.all(
      ['first.json', 'second.json'].map(async (name) =>
        reportSchema.parse(JSON.parse(await readFile(join(folder, name), 'utf8'))),
      ),
    );
    expect(first?.questionCount).toBe(300);
    expect(first?.outcomes).toEqual(second?.outcomes);
    expect(first?.metrics).toEqual(second?.metrics);
  });

  it('compares two configurations, and a run with an earlier one', async () => {
    const folder = await temporaryFolder();
    const compared = await runDocent(
      ['eval', FIXTURE, '--set', 'candidates=1', '--against', 'defaults', '--output', 'few.json', '--json'],
      folder,
    );
    expect(compared).toMatchObject({ code: 0 });
    const { metrics, against, comparison } = reportSchema.parse(JSON.parse(compared.stdout));
    expect(against?.settings).toEqual([]);
    expect(comparison?.['recallAt5']?.difference).toBeCloseTo(
      metrics['recallAt5']! - against!.metrics['recallAt5']!,
      10,
    );
    expect(comparison?.['recallAt5']?.high).toBeLessThanOrEqual(0);

    const table = await runDocent(['eval', FIXTURE, '--against', 'few.json'], folder);
    expect(table).toMatchObject({ code: 0 });
    expect(table.stdout).toMatch(/^questions.jsonl|^evaluation: 6 documents in \d+ passages, 30 questions/);
    expect(table.stdout).toMatch(/^recall@5 +1\.0000/m);
    expect(table.stdout).toMatch(/Compared with: candidates=1\n/);
  });

  it('says what is wrong without a stack', async () => {
    const folder = await temporaryFolder();
    const missing = await runDocent(['eval', 'nothing.json'], folder);
    expect(missing).toMatchObject({ code: 1, stdout: '' });
    expect(missing.stderr).toMatch(/^There is no .*nothing\.json\. Check how it is written\.\n$/);
    const help = await runDocent(['eval', '--help'], folder);
    expect(help.stdout).toMatch(/^Usage: docent eval DATASET/);
  });
});
