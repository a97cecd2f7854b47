import { describe, expect, it } from 'vitest';
import { openWeb } from './open-web.js';

describe('the files of the page', () => {
  it('are served with their type', async () => {
    const browser = (await openWeb()).newBrowser();
    expect((await browser.fetch('/')).headers.get('content-type')).toContain('text/html');
    expect((await browser.fetch('/assets/styles/base.css')).headers.get('content-type')).toContain('text/css');
    expect((await browser.fetch('/assets/icon.svg')).headers.get('content-type')).toContain('image/svg+xml');
  });

  it('name nothing that is not a file of this page, and hold no script or style of their own', async () => {
    const html = await (await (await openWeb()).newBrowser().fetch('/')).text();
    expect(html).not.toMatch(/https?:|style=|<style|<script(?![^>]* src="\/assets\/)| on\w+=/);
  });

  it('are sent again only when they changed', async () => {
    const browser = (await openWeb()).newBrowser();
    const etag = (await browser.fetch('/')).headers.get('etag') ?? '';
    const again = await browser.fetch('/', { headers: { 'if-none-match': etag } });
    expect(again.status).toBe(304);
    expect(await again.text()).toBe('');
    expect((await browser.fetch('/', { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
  });

  it.each([
    '/assets/../../../../package.json',
    '/assets/..%2f..%2f..%2f..%2fpackage.json',
    '/assets/%2e%2e/plugin.ts',
    '/assets/main.ts',
    '/assets/tsconfig.json',
    '/assets/.hidden.css',
    '/assets/styles',
    '/assets/missing.css',
  ])('do not include %s', async (path) => {
    expect((await (await openWeb()).newBrowser().fetch(path)).status).toBe(404);
  });
});
