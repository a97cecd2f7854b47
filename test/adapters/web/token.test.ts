import { describe, expect, it } from 'vitest';
import plugin from '../../../src/adapters/web/plugin.js';
import { createSessions } from '../../../src/adapters/web/sessions.js';
import { readSettings } from '../../../src/core/settings.js';
import { createFakeClock } from '../../support/fake-clock.js';
import { type Browser, openWeb } from './open-web.js';

const TOKEN = 'a-token-of-some-length';
const DAY_MS = 86_400_000;

function signIn(browser: Browser, token: string): Promise<Response> {
  return browser.fetch('/api/session', {
    method: 'POST',
    body: JSON.stringify({ token }),
    headers: { 'content-type': 'application/json' },
  });
}

describe('a page that other machines reach', () => {
  it('does not start without a token, and says what to set', async () => {
    await expect(openWeb({ isLoopback: false })).rejects.toMatchObject({
      code: 'SETTINGS_INVALID',
      userMessage: expect.stringContaining('DOCENT_WEB_TOKEN') as string,
    });
  });

  it('tells nothing before the token was shown', async () => {
    const browser = (await openWeb({ isLoopback: false, token: TOKEN })).newBrowser();
    expect(await browser.send('GET', '/api/session')).toEqual({ signedIn: false });
    expect((await browser.fetch('/api/creators')).status).toBe(401);
    expect((await browser.fetch('/api/creators/coach/events')).status).toBe(401);
  });

  it('answers under any name to who has shown the token', async () => {
    const browser = (await openWeb({ isLoopback: false, token: TOKEN })).newBrowser();
    expect((await signIn(browser, TOKEN)).status).toBe(200);
    expect((await browser.fetch('http://docent.example/api/creators')).status).toBe(200);
  });

  it('keeps out who shows another token', async () => {
    const browser = (await openWeb({ isLoopback: false, token: TOKEN })).newBrowser();
    expect((await signIn(browser, `${TOKEN}!`)).status).toBe(401);
    expect((await browser.fetch('/api/creators')).status).toBe(401);
  });

  it('looks at no more tokens after ten wrong ones, until a minute is over', async () => {
    const web = await openWeb({ isLoopback: false, token: TOKEN });
    const browser = web.newBrowser();
    for (let attempt = 0; attempt < 10; attempt += 1) expect((await signIn(browser, 'wrong')).status).toBe(401);
    expect((await signIn(browser, TOKEN)).status).toBe(429);
    await web.clock.advance(60_000);
    expect((await signIn(browser, TOKEN)).status).toBe(200);
  });

  it('keeps people signed in over a restart, and out after they sign out', async () => {
    const web = await openWeb({ isLoopback: false, token: TOKEN });
    const browser = web.newBrowser();
    await signIn(browser, TOKEN);
    await web.restart();
    expect((await browser.fetch('/api/creators')).status).toBe(200);
    await browser.send('DELETE', '/api/session');
    expect((await browser.fetch('/api/creators')).status).toBe(401);
  });

  it('marks its cookies for encrypted connections where it is opened over one', async () => {
    const browser = (await openWeb({ isLoopback: false, token: TOKEN })).newBrowser();
    const response = await browser.fetch('/api/session', {
      method: 'POST',
      body: JSON.stringify({ token: TOKEN }),
      headers: { 'content-type': 'application/json', origin: 'https://localhost:3000' },
    });
    for (const cookie of response.headers.getSetCookie()) expect(cookie).toContain('Secure');
  });
});

describe('a session', () => {
  const clock = createFakeClock();
  const sessions = createSessions({ token: TOKEN, clock });
  const member = sessions.newMemberId();

  it('holds for the member it was issued to', () => {
    expect(sessions.isValid(member, sessions.issue(member))).toBe(true);
    expect(sessions.isValid(sessions.newMemberId(), sessions.issue(member))).toBe(false);
  });

  it('ends after 30 days', async () => {
    const session = sessions.issue(member);
    await clock.advance(30 * DAY_MS - 1);
    expect(sessions.isValid(member, session)).toBe(true);
    await clock.advance(1);
    expect(sessions.isValid(member, session)).toBe(false);
  });

  it('cannot be lengthened by who holds it', () => {
    const [endsAt, signature] = sessions.issue(member).split('.');
    expect(sessions.isValid(member, `${Number(endsAt) + DAY_MS}.${signature}`)).toBe(false);
  });

  it('dies with the token it was issued under', () => {
    const other = createSessions({ token: 'another-token-altogether', clock });
    expect(other.isValid(member, sessions.issue(member))).toBe(false);
  });
});

describe('the settings of the page', () => {
  const read = (environment: Record<string, string>) => {
    if (plugin.settings === undefined) throw new Error('the plugin has settings');
    return readSettings(plugin.settings, environment);
  };

  it('leave the page on and without a token', () => {
    expect(read({})).toEqual({ settings: { isOn: true } });
  });

  it('refuse a token that is easily guessed', () => {
    expect(read({ DOCENT_WEB_TOKEN: 'short' })).toMatchObject({ problems: [{ env: 'DOCENT_WEB_TOKEN' }] });
  });

  it('switch the page off', () => {
    const result = read({ DOCENT_WEB: 'false' });
    expect('settings' in result && plugin.enabled?.(result.settings)).toBe(false);
  });
});
