import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runDocent, startDocentProcess } from '../support/docent-process.js';
import { type OllamaStandIn, startOllamaStandIn } from '../support/ollama/server.js';
import { describeWith } from '../support/obtained.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** Where the pictures go, for people to look at. */
const PICTURES = join(process.cwd(), '.cache', 'pictures');
const SETTINGS = { DOCENT_CHAT_MODEL: 'ollama', DOCENT_EMBEDDER: 'ollama', OLLAMA_CHAT_MODEL: 'mistral' };

async function openServer(): Promise<{ server: OllamaStandIn; environment: Record<string, string> }> {
  const server = await startOllamaStandIn({ installed: ['nomic-embed-text'] });
  onTestFinished(() => server.close());
  return { server, environment: { ...SETTINGS, OLLAMA_URL: server.url } };
}

/** Lets a download come to its half, and no further until it is opened. */
function holdHalfWay({ behaviour }: OllamaStandIn): () => void {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  let lines = 0;
  behaviour.pace = async () => {
    lines += 1;
    if (lines === 6) await opened;
  };
  return open;
}

describe('the models, in a terminal', () => {
  it('are listed, downloaded where they are missing, and then there', async () => {
    const { environment } = await openServer();
    const folder = await temporaryFolder();
    expect((await runDocent(['models'], folder, environment)).stdout).toContain('mistral must be downloaded.');
    const pulled = await runDocent(['models', '--pull'], folder, environment);
    expect(pulled).toMatchObject({ code: 0, stdout: expect.stringContaining('All models are there.') });
    const doctor = await runDocent(['doctor'], folder, environment);
    expect(doctor.stdout).toMatch(/language model\s+healthy\s+Ollama .* has the model "mistral"/);
  });

  it('stop being downloaded with Ctrl-C, and go on from there', async () => {
    const { server, environment } = await openServer();
    const folder = await temporaryFolder();
    const open = holdHalfWay(server);
    const pulling = startDocentProcess(['models', '--pull'], folder, environment);
    await expect.poll(() => server.disk.files.size, { timeout: 30_000 }).toBe(1);
    await expect.poll(() => [...server.disk.files.values()][0], { timeout: 30_000 }).toBeGreaterThan(1_900_000_000);
    pulling.process.kill('SIGINT');
    expect((await pulling.ended).code).toBe(130);
    const pulls = () => server.requests.filter(({ path }) => path === '/api/pull').map(({ state }) => state);
    await expect.poll(pulls, { timeout: 10_000 }).toEqual(['closed']);
    expect(server.disk.installed.has('mistral:latest')).toBe(false);
    open();
    expect((await runDocent(['models', '--pull'], folder, environment)).code).toBe(0);
    expect(server.disk.installed.has('mistral:latest')).toBe(true);
  });

  it('need no download with the embedded engines', async () => {
    const { stdout, code } = await runDocent(['models', '--pull'], await temporaryFolder());
    expect({ stdout, code }).toEqual({ stdout: expect.stringContaining('Nothing needs to be downloaded'), code: 0 });
  });
});

describeWith('chromium', 'the models, on the page', ({ path, args }) => {
  it('are downloaded with a bar', async () => {
    const { server, environment } = await openServer();
    const docent = startDocentProcess(['start'], await temporaryFolder(), environment);
    const url = /http:\/\/[\d.:]+/.exec(await docent.printed(/Docent is ready: http\S+\n/))?.[0] ?? '';
    mkdirSync(PICTURES, { recursive: true });
    const browser = await chromium.launch({ executablePath: path, args: [...args] });
    onTestFinished(() => browser.close());
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(url);
    await page.getByRole('tab', { name: 'Health' }).click();
    const missing = page.getByRole('list', { name: 'Missing models' });
    await missing.getByText('mistral').waitFor();
    const open = holdHalfWay(server);
    await page.getByRole('button', { name: 'Download the models' }).click();
    await missing.getByText('2.1 GB of 4.1 GB').waitFor();
    const bar = page.getByRole('progressbar', { name: 'Download of mistral' });
    expect(await bar.getAttribute('value')).toBe('2050000000');
    await page.screenshot({ path: join(PICTURES, 'models.png'), animations: 'disabled' });
    open();
    await missing.waitFor({ state: 'hidden' });
    expect(server.disk.installed.has('mistral:latest')).toBe(true);
  });
});
