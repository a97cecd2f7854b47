import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type Page, chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startDocentProcess } from '../support/docent-process.js';
import { describeWith } from '../support/obtained.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const PICTURES = join(process.cwd(), '.cache', 'pictures');
const PATIENCE_MS = 30_000;
const plugin = join(process.cwd(), 'dist/test/fixtures/frequent-report-plugin.js');

/** Runs a command as the page does. */
async function run(page: Page, command: string, input: Record<string, unknown>): Promise<unknown> {
  const url = `${new URL(page.url()).origin}/api/creators/default/commands/${command}`;
  const response = await page.request.post(url, { data: { input }, headers: { origin: new URL(page.url()).origin } });
  expect(response.status()).toBe(200);
  return response.json();
}

describeWith('chromium', 'reports on the page', ({ path, args }) => {
  let browser: Browser;
  beforeAll(async () => {
    mkdirSync(PICTURES, { recursive: true });
    browser = await chromium.launch({ executablePath: path, args: [...args] });
  });
  afterAll(() => browser?.close());

  it('arrive by themselves with their chart, and stand beside the same figures', async () => {
    const server = startDocentProcess(['start'], await temporaryFolder(), { DOCENT_PLUGINS: plugin });
    const url = /http:\/\/[\d.:]+/.exec(await server.printed(/Docent is ready: http\S+\n/))?.[0] ?? '';
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (line) => line.type() === 'error' && problems.push(line.text()));
    await page.goto(url);
    await page.getByText('Drop documents here').waitFor();
    for (const question of ['Where is the pool?', 'When does it open?', 'Who cleans it?'])
      await run(page, 'ask', { question });
    await run(page, 'reports', { action: 'channel', value: 'Europe/Berlin' });

    await page.getByText('Admin channel').first().click();
    const chart = page.getByRole('img', { name: /Questions and response times a day/ }).first();
    await chart.waitFor();
    const width = await chart.evaluate((image: { readonly naturalWidth: number }) => image.naturalWidth);
    expect(width).toBe(960);
    await page.getByText('3 questions').first().waitFor();

    await page.getByRole('tab', { name: 'Stats' }).click();
    await page.getByRole('tabpanel', { name: 'Stats' }).getByText('Time of day').waitFor();
    await page.screenshot({ path: join(PICTURES, 'report.png'), animations: 'disabled' });
    expect(problems).toEqual([]);

    const listed = await run(page, 'reports', { action: 'list' });
    expect(JSON.stringify(listed)).toMatch(/"name":"frequent"[^}]*"timezone":"Europe\/Berlin"/);
    expect(await (await page.request.get(`${url}/livez`)).text()).toBe('alive\n');
    expect(await (await page.request.get(`${url}/readyz`)).json()).toMatchObject({ state: 'ready' });
    expect(await (await page.request.get(`${url}/metrics`)).text()).toContain(
      'docent_answers_total{platform="web",outcome="refused"} 3',
    );
  });
});
