import { mkdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, type Page, chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningProcess, startDocentProcess } from '../support/docent-process.js';
import { makeDocx } from '../support/make-docx.js';
import { makePdf } from '../support/make-pdf.js';
import { describeWith } from '../support/obtained.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** Where the pictures go, for people to look at. */
const PICTURES = join(process.cwd(), '.cache', 'pictures');
const PATIENCE_MS = 30_000;

const scholarship = () =>
  makePdf({
    title: 'Scholarship guide',
    pages: [
      [
        { heading: 'Applying' },
        'To apply for the scholarship, send the green form and two letters of recommendation to the office by the first of May.',
      ],
      [
        { heading: 'Money' },
        'In the first year the scholarship pays eight hundred euros a month.',
        'In the second year the scholarship pays nine hundred and fifty euros a month, if all exams were passed.',
      ],
    ],
  });

const rules = () =>
  makeDocx({
    title: 'House rules',
    sections: [
      {
        heading: 'Pool',
        level: 1,
        paragraphs: ['The swimming pool is closed every Wednesday morning for cleaning [7].'],
      },
      { heading: 'Guests', level: 1, paragraphs: ['Guests may stay for three nights and sign the book at the door.'] },
    ],
  });

async function startServer(folder: string): Promise<{ server: RunningProcess; url: string }> {
  const server = startDocentProcess(['start'], folder);
  const url = /http:\/\/[\d.:]+/.exec(await server.printed(/Docent is ready: http\S+\n/))?.[0] ?? '';
  return { server, url };
}

/** Adds files and resolves once so many documents have all been read and learned. */
async function addDocuments(page: Page, paths: readonly string[], total: number): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Add documents' }).first().click();
  await (await chooser).setFiles(paths);
  await page
    .getByRole('list', { name: 'Documents', exact: true })
    .getByText(/^Ready, /)
    .nth(total - 1)
    .waitFor();
}

/** Asks and resolves to what stands in the thread as the outcome, once it is final. */
async function ask(page: Page, question: string): Promise<string> {
  const exchanges = page.getByRole('list', { name: 'Conversation' }).locator('> li');
  const exchange = exchanges.nth(await exchanges.count());
  await page.getByRole('textbox', { name: 'Your question' }).fill(question);
  await page.keyboard.press('Enter');
  await exchange.getByRole('time').first().waitFor({ timeout: PATIENCE_MS });
  return exchange.innerText();
}

describeWith('chromium', 'the page in a real browser', ({ path, args }) => {
  let browser: Browser;
  beforeAll(async () => {
    mkdirSync(PICTURES, { recursive: true });
    browser = await chromium.launch({ executablePath: path, args: [...args] });
  });
  afterAll(() => browser?.close());

  it('reads a PDF and a DOCX, answers with sources, follows up, and remembers it all after a kill', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'files'));
    await writeFile(join(folder, 'files', 'scholarship.pdf'), await scholarship());
    await writeFile(join(folder, 'files', 'rules.docx'), await rules());
    await writeFile(join(folder, 'files', 'hours.txt'), 'The library opens at eight and closes at six.');
    const first = await startServer(folder);
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (line) => line.type() === 'error' && problems.push(line.text()));

    await page.goto(first.url);
    await page.getByText('Drop documents here').waitFor();
    await page.screenshot({ path: join(PICTURES, 'empty.png'), animations: 'disabled' });

    await addDocuments(page, [join(folder, 'files', 'scholarship.pdf'), join(folder, 'files', 'rules.docx')], 2);
    const documents = page.getByRole('list', { name: 'Documents', exact: true });
    await documents.getByText('scholarship.pdf').waitFor();
    await documents.getByText('rules.docx').waitFor();
    expect(await documents.innerText()).toContain('2 pages');

    expect(await ask(page, 'How do I apply for the scholarship?')).toContain('green form');
    expect(await ask(page, 'How much does the scholarship pay in the first year?')).toContain('eight hundred euros');
    expect(await ask(page, 'And in the second year?')).toContain('nine hundred and fifty euros');
    await page.getByRole('button', { name: 'Helpful', exact: true }).last().click();
    await page.screenshot({ path: join(PICTURES, 'answers.png'), animations: 'disabled' });

    await page.getByRole('list', { name: 'Sources' }).last().getByRole('button').first().click();
    const drawer = page.getByRole('dialog');
    await drawer.locator('mark').first().waitFor();
    expect(await drawer.innerText()).toMatch(/scholarship\.pdf[\s\S]*page 2[\s\S]*nine hundred and fifty euros/);
    await page.screenshot({ path: join(PICTURES, 'passage.png'), animations: 'disabled' });
    await page.keyboard.press('Escape');

    expect(await ask(page, 'When is the swimming pool closed?')).toMatch(/Wednesday morning for cleaning \[7\]/);
    expect(await ask(page, 'What is the capital of Mongolia?')).toContain('do not cover');
    await page.screenshot({ path: join(PICTURES, 'refusal.png'), animations: 'disabled' });

    first.server.process.kill('SIGKILL');
    await first.server.ended;
    const second = await startServer(folder);
    await page.goto(page.url().replace(first.url, second.url));
    await page.getByText('nine hundred and fifty euros').first().waitFor();
    await documents.getByText('rules.docx').waitFor();
    // Learning it loads the model of the new process, without which this follow-up would be searched by words alone.
    await addDocuments(page, [join(folder, 'files', 'hours.txt')], 3);
    expect(await ask(page, 'And what did it pay before that, in the first year?')).toContain('eight hundred euros');

    await documents.getByRole('listitem').filter({ hasText: 'rules.docx' }).hover();
    await page.getByRole('button', { name: 'Delete rules.docx' }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /delete/i })
      .click();
    await documents.getByText('rules.docx').waitFor({ state: 'detached' });
    expect(await ask(page, 'When is the swimming pool closed?')).not.toContain('Wednesday');
    const cited = page.getByRole('list', { name: 'Sources' }).getByRole('button', { name: /rules\.docx/ });
    await cited.first().click();
    await drawer.getByText('The document has been removed since.').waitFor();
    await page.keyboard.press('Escape');

    await page.getByRole('tab', { name: 'Stats' }).click();
    await page.getByRole('tabpanel', { name: 'Stats' }).getByText('Questions').first().waitFor();
    await page.screenshot({ path: join(PICTURES, 'stats.png'), animations: 'disabled' });
    await page.getByRole('tab', { name: 'Health' }).click();
    await page.getByRole('list', { name: 'Parts' }).getByText('embedder').first().waitFor();
    await page.screenshot({ path: join(PICTURES, 'health.png'), animations: 'disabled' });
    expect(
      problems.filter(
        (problem) => !/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|Failed to load resource/.test(problem),
      ),
    ).toEqual([]);
    await context.close();
  });

  it('works on a phone, in the dark and by keyboard', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'scholarship.pdf'), await scholarship());
    const { url } = await startServer(folder);
    const context = await browser.newContext({
      viewport: { width: 360, height: 740 },
      colorScheme: 'dark',
      reducedMotion: 'reduce',
      hasTouch: true,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    await page.goto(url);
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: /Choose files/ }).click();
    await (await chooser).setFiles(join(folder, 'scholarship.pdf'));
    await page.getByRole('heading', { name: 'Ask about your 1 document' }).waitFor();
    expect(await ask(page, 'How do I apply for the scholarship?')).toContain('green form');
    await page.screenshot({ path: join(PICTURES, 'phone-dark.png'), animations: 'disabled' });
    const width = await page
      .locator('html')
      .evaluate((element: { readonly scrollWidth: number }) => element.scrollWidth);
    expect(width).toBeLessThanOrEqual(360);
    await context.close();
  });
});
