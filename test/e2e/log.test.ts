import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { startDocentProcess } from '../support/docent-process.js';
import { eventually } from '../support/eventually.js';
import { Refusal } from '../support/ollama/requests.js';
import { startOllamaStandIn } from '../support/ollama/server.js';
import { openPageClient } from '../support/page-client.js';
import { MODELS } from '../support/server-engines.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const settledSchema = z.object({
  event: z.literal('event.settled'),
  level: z.string(),
  task: z.string(),
  outcome: z.string(),
  correlationId: z.string(),
  code: z.string().optional(),
});
/** Words of a document, its name, questions and what a failed request carried. */
const SAID = /salary|zebra|finch|payslip/i;

it('the log has one line an outcome under the reference that the person was told, and no word of what was said', async () => {
  const ollama = await startOllamaStandIn({ installed: MODELS });
  onTestFinished(() => ollama.close());
  const heard: string[] = [];
  ollama.behaviour.intercept = async ({ path, body }) => {
    const sent = JSON.stringify(body);
    const said = SAID.exec(sent);
    if (path !== '/api/chat' || said === null) return undefined;
    heard.push(sent);
    // As some proxies do.
    return new Refusal(400, `cannot read ${sent.slice(said.index, said.index + 200)}`);
  };
  const docent = startDocentProcess(['start'], await temporaryFolder(), {
    DOCENT_LOG_LEVEL: 'debug',
    DOCENT_LOG_FORMAT: 'json',
    DOCENT_EMBEDDER: 'hash-embedder',
    DOCENT_PLUGINS: ['failing-command-plugin', 'hash-embedder-plugin']
      .map((name) => join(process.cwd(), `dist/test/fixtures/${name}.js`))
      .join(','),
    DOCENT_CHAT_MODEL: 'ollama',
    OLLAMA_URL: ollama.url,
  });
  const ready = await docent.printed(/Docent is ready: http\S+\n/);
  const page = await openPageClient(/http:\/\/[\d.:]+/.exec(ready)?.[0] ?? '', 'default');

  await page.upload('payslip of zebra finches.md', '# Salary\n\nThe salary of a zebra finch is paid in millet.');
  await eventually('the document is there', () => page.outcomes().length === 1);
  const questions = [
    'How is the salary of a zebra finch paid?',
    'Which finch AND (NEAR "salary*) is best?',
    'zebra'.repeat(2_000),
  ];
  for (const [index, question] of questions.entries()) {
    await page.ask(question);
    await eventually(`outcome ${index + 1}`, () => page.replies().length === index + 1);
  }
  const failed = await page.run('fail');
  const reference = /Reference: (\w+)/.exec(failed)?.[1];
  await docent.printed(new RegExp(`"correlationId":"${reference}"`));

  docent.process.kill('SIGTERM');
  const { stderr, stdout } = await docent.ended;
  const settled = stderr
    .split('\n')
    .flatMap((line) => (line.startsWith('{') ? (settledSchema.safeParse(JSON.parse(line)).data ?? []) : []));
  expect(settled.map(({ task, outcome }) => `${task}: ${outcome}`)).toEqual([
    'ingest: deferred',
    'question: fallback',
    'question: refusal',
    'question: error',
    'fail: error',
  ]);
  expect(settled.filter(({ correlationId }) => correlationId === reference)).toEqual([settled.at(-1)]);
  expect(settled.at(-1)).toMatchObject({ level: 'error', code: 'INTERNAL' });
  expect(new Set(settled.map(({ correlationId }) => correlationId)).size).toBe(settled.length);
  expect(heard.join()).toMatch(SAID);
  expect(stderr + stdout).not.toMatch(SAID);
  expect(stderr + stdout).not.toContain('abcdefghijklmnop');
  expect(failed).not.toMatch(/abcdef|salary|Error/);
});
