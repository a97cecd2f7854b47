import { describe, expect, it } from 'vitest';
import { NO_ORIGIN, ORIGIN, openWeb } from './open-web.js';

const post = (headers: Record<string, string>): RequestInit => ({
  method: 'POST',
  body: JSON.stringify({ creatorId: 'guild' }),
  headers: { 'content-type': 'application/json', ...headers },
});

describe('access to the page', () => {
  it.each(['http://localhost:3000', 'http://127.0.0.1:3000', 'http://127.8.0.1', 'http://[::1]:8080'])(
    'is given under %s',
    async (origin) => {
      const browser = await (await openWeb()).visit();
      expect((await browser.fetch(`${origin}/api/session`)).status).toBe(200);
    },
  );

  it.each([
    'http://evil.example:3000',
    'http://localhost.evil.example',
    'http://192.168.0.10:3000',
    'http://127.evil.example',
  ])('is refused under %s, which could be another site that points its name here', async (origin) => {
    const browser = await (await openWeb()).visit();
    const response = await browser.fetch(`${origin}/api/session`);
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('localhost only');
  });

  it.each([
    ['another origin', { origin: 'http://evil.example' }],
    ['another port of this machine', { origin: 'http://localhost:4000' }],
    ['a page without an origin', { origin: 'null' }],
    ['another site, as the browser says', { 'sec-fetch-site': 'cross-site' }],
    ['a neighbour on this machine, as the browser says', { 'sec-fetch-site': 'same-site' }],
  ])('is refused to a request from %s', async (_who, headers) => {
    const browser = await (await openWeb()).visit();
    expect((await browser.fetch('/api/creators', post(headers))).status).toBe(403);
  });

  it('is refused to a change that does not say where it comes from', async () => {
    const browser = await (await openWeb()).visit();
    const response = await browser.fetch('/api/creators', post({ origin: NO_ORIGIN }));
    expect(response.status).toBe(403);
  });

  it('is given to the page itself', async () => {
    const browser = await (await openWeb()).visit();
    const response = await browser.fetch('/api/creators', post({ origin: ORIGIN, 'sec-fetch-site': 'same-origin' }));
    expect(response.status).toBe(201);
  });

  it('is refused to another site that reads', async () => {
    const browser = await (await openWeb()).visit();
    const response = await browser.fetch('/api/creators/coach/events', { headers: { 'sec-fetch-site': 'cross-site' } });
    expect(response.status).toBe(403);
  });

  it('lets a link on another site lead to the page', async () => {
    const browser = await (await openWeb()).visit();
    const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect((await browser.fetch('/', { headers })).status).toBe(200);
  });

  it('needs the cookie that the page was given', async () => {
    const browser = (await openWeb()).newBrowser();
    expect((await browser.fetch('/api/creators')).status).toBe(401);
    await browser.send('GET', '/api/session');
    expect((await browser.fetch('/api/creators')).status).toBe(200);
  });

  it('is the same member on every visit', async () => {
    const web = await openWeb();
    const browser = await web.visit();
    await browser.send('POST', '/api/creators/coach/commands/help', {});
    await browser.send('GET', '/api/session');
    await browser.send('POST', '/api/creators/coach/commands/help', {});
    const members = web.host.events.map(({ author }) => author.memberId);
    expect(members[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(members[1]).toBe(members[0]);
  });
});

describe('responses', () => {
  it.each(['/', '/api/session', '/api/creators/nobody/threads', '/nowhere'])(
    'of %s carry the security headers',
    async (path) => {
      const { headers } = await (await openWeb()).newBrowser().fetch(path);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self'");
      expect(policy).not.toContain('unsafe');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
    },
  );

  it('with data are never cached', async () => {
    const browser = await (await openWeb()).visit();
    expect((await browser.fetch('/api/creators')).headers.get('cache-control')).toBe('no-store');
  });

  it('tell a script nothing that it may not read: the cookies are for HTTP alone and for this site alone', async () => {
    const response = await (await openWeb()).newBrowser().fetch('/api/session');
    expect(response.headers.getSetCookie().join()).toMatch(/HttpOnly.*SameSite=Strict/);
  });
});
