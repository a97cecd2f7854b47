import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { z } from 'zod';
import { createDownload } from '../../../src/adapters/slack/download.js';
import { createHostCheck } from '../../../src/adapters/slack/reply/response-urls.js';
import { SLACK_API_URL } from '../../../src/adapters/slack/settings.js';
import type { ChatEvent } from '../../../src/core/chat/chat-event.js';
import type { ChosenFile } from '../../support/slack/person.js';
import { type OpenedSlack, openSlack } from './open-slack.js';

const never = new AbortController().signal;
const pdf: ChosenFile = { name: 'handbook.pdf', bytes: new TextEncoder().encode('%PDF-1.7 handbook') };

/** The event of a posted file. */
async function posted(slack: OpenedSlack, file: ChosenFile): Promise<ChatEvent> {
  slack.ada.tell({ files: [file] });
  await slack.server.settled();
  return slack.host.events.at(-1) as ChatEvent;
}

async function download({ adapter }: Pick<OpenedSlack, 'adapter'>, event: ChatEvent): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of adapter.download(event, event.attachments[0]!, never)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe('a posted file', () => {
  it('is downloaded with the token of its workspace, in any process', async () => {
    const slack = await openSlack();
    const event = await posted(slack, pdf);
    expect(await download(slack, event)).toBe('%PDF-1.7 handbook');
    expect(await download(await slack.elsewhere(), event)).toBe('%PDF-1.7 handbook');
    expect(slack.server.violations).toEqual([]);
  });

  it('of another organisation, whose event shows its id alone, is looked up', async () => {
    const slack = await openSlack();
    const event = await posted(slack, { ...pdf, isHiddenInEvents: true });
    expect(await download(slack, event)).toBe('%PDF-1.7 handbook');
  });

  it('that is a page of HTML is one', async () => {
    const slack = await openSlack();
    const event = await posted(slack, { name: 'faq.html', bytes: new TextEncoder().encode('<p>Yes.</p>') });
    expect(await download(slack, event)).toBe('<p>Yes.</p>');
  });

  it.each<[string, Partial<ChosenFile>, RegExp]>([
    ['on another service', { externalUrl: 'https://drive.example/1' }, /another service/],
    ['that Slack does not give', { fault: { status: 403 } }, /status 403/],
    ['whose download breaks off', { fault: { cutAfterBytes: 3 } }, /broke off/],
  ])('%s is refused with the reason', async (_what, more, reason) => {
    const slack = await openSlack();
    const event = await posted(slack, { ...pdf, ...more });
    await expect(download(slack, event)).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      userMessage: expect.stringMatching(reason),
    });
  });

  it('that lies where the app is not says how it can be seen', async () => {
    const slack = await openSlack();
    const event = await posted(slack, pdf);
    slack.server.behaviour.faults.push({ method: 'files.info', fault: { kind: 'error', error: 'file_not_found' } });
    await expect(download(slack, event)).rejects.toMatchObject({ userMessage: expect.stringContaining('/invite') });
  });

  it('is not followed to where a redirect leads', async () => {
    const slack = await openSlack();
    let requests = 0;
    const other = createServer((_request, response) => {
      requests += 1;
      response.end('stolen');
    });
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    onTestFinished(() => void other.close());
    const redirectTo = `http://127.0.0.1:${(other.address() as AddressInfo).port}/`;
    const event = await posted(slack, { ...pdf, fault: { redirectTo } });
    await expect(download(slack, event)).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
    expect(requests).toBe(0);
  });

  it('that the app may not read is refused with the scope that is missing', async () => {
    const slack = await openSlack({
      scopes: ['app_mentions:read', 'chat:write', 'im:history', 'channels:history', 'users:read'],
    });
    const event = await posted(slack, pdf);
    await expect(download(slack, event)).rejects.toMatchObject({ userMessage: expect.stringContaining('files:read') });
  });

  it('that comes as a login page is refused with the scope that is missing', async () => {
    const slack = await openSlack();
    const event = await posted(slack, pdf);
    const url = await serve('<html>Sign in to Slack</html>', 'text/html; charset=utf-8');
    const file = { id: 'F1', name: 'handbook.pdf', url_private_download: `${url}/F1` };
    const api = {
      call: async (_method: string, _parameters: object, { response }: { response: z.ZodType }) =>
        response.parse({ file }),
    };
    const workspaces = { find: async () => ({ api, botToken: 'xoxb-1' }) as never };
    const reading = createDownload({ workspaces, apiUrl: `${url}/api/` })(event, event.attachments[0]!, never);
    await expect(reading.next()).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      userMessage: expect.stringContaining('files:read'),
    });
  });
});

/** A server that gives everybody the same, until the test has ended. */
async function serve(body: string, contentType: string): Promise<string> {
  const server = createServer((_request, response) => response.setHeader('content-type', contentType).end(body));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("Slack's own hosts", () => {
  const isSlack = createHostCheck(SLACK_API_URL);

  it.each([
    'https://files.slack.com/a',
    'https://slack.com/a',
    'https://hooks.slack-gov.com/a',
    'https://a.enterprise.slack.com/b',
  ])('are known: %s', (url) => expect(isSlack(url)).toBe(true));

  it.each([
    'http://files.slack.com/a',
    'https://slack.com.example/a',
    'https://notslack.com/a',
    'https://slack.com@evil.example/a',
    'https://files.slack.com:8443/a',
    'https://evil.example/slack.com',
    'file:///etc/passwd',
    'no address',
  ])('are not: %s', (url) => expect(isSlack(url)).toBe(false));

  it('are joined by the server that stands for the Web API', () => {
    const check = createHostCheck('http://127.0.0.1:9/api/');
    expect(check('http://127.0.0.1:9/files/1')).toBe(true);
    expect(check('http://127.0.0.1:10/files/1')).toBe(false);
  });
});
