import { describe, expect, it } from 'vitest';
import type { CdnFault } from '../../support/discord/cdn.js';
import { eventually } from '../../support/eventually.js';
import { createFakeClock } from '../../support/fake-clock.js';
import { call, login, openStandIn } from './open-stand-in.js';

const HOUR_MS = 3_600_000;
const SILENT = { allowedMentions: { parse: [] } } as const;

describe('a request that is made to fail', () => {
  const open = async () => {
    const server = await openStandIn();
    const channel = server.addGuild().addChannel();
    const client = await login(server, { enforceNonce: true });
    const known = client.channels.cache.get(channel.id);
    if (known?.isSendable() !== true) throw new Error('the client does not know the channel');
    return { server, channel, client, known };
  };

  it('is tried again by discord.js after a 429, as late as it says', async () => {
    const { server, channel, client, known } = await open();
    const limits: number[] = [];
    client.rest.on('rateLimited', ({ retryAfter }) => limits.push(retryAfter));
    server.failNext({ method: 'POST', path: /messages$/, status: 429, retryAfterS: 0.05 });
    await known.send({ content: 'a', ...SILENT });
    expect(channel.messages).toHaveLength(1);
    expect(limits).toHaveLength(1);
    server.failNext({ status: 429, scope: 'global', retryAfterS: 2 });
    const answer = await fetch(`${server.apiUrl}/v10/users/@me`);
    expect(answer.headers.get('x-ratelimit-global')).toBe('true');
    expect(answer.headers.get('retry-after')).toBe('2');
    expect(await answer.json()).toEqual({ message: 'You are being rate limited.', retry_after: 2, global: true });
    expect(server.violations).toEqual([]);
  });

  it.each([502, 401, 403])('answers with %i, as often as that is asked for, and does nothing', async (status) => {
    const server = await openStandIn();
    const channel = server.addGuild().addChannel();
    server.failNext({ status, times: 2 });
    const statuses = [];
    for (let attempt = 0; attempt < 3; attempt += 1)
      statuses.push((await call(server, 'POST', `/channels/${channel.id}/messages`, { content: 'a' })).status);
    expect(statuses).toEqual([status, status, 200]);
    expect(channel.messages).toHaveLength(1);
  });

  it('loses its answer, and a nonce keeps the message single', async () => {
    const { server, channel, known } = await open();
    server.failNext({ method: 'POST', cut: 'after' });
    await known.send({ content: 'a', ...SILENT }).catch(() => undefined);
    const [sent] = server.requests.filter(({ method }) => method === 'POST');
    expect(sent).toMatchObject({ status: 0, body: { enforce_nonce: true } });
    await call(server, 'POST', `/channels/${channel.id}/messages`, sent?.body as object);
    expect(channel.messages).toHaveLength(1);
  });

  it('is cut before it does anything', async () => {
    const server = await openStandIn();
    const channel = server.addGuild().addChannel();
    server.failNext({ cut: 'before' });
    await expect(call(server, 'POST', `/channels/${channel.id}/messages`, { content: 'a' })).rejects.toThrow();
    expect(channel.messages).toEqual([]);
  });

  it('is held, and does not hold others', async () => {
    const server = await openStandIn();
    const channel = server.addGuild().addChannel();
    let release = (): void => undefined;
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    server.failNext({ method: 'POST', until });
    const held = call(server, 'POST', `/channels/${channel.id}/messages`, { content: 'a' });
    expect((await call(server, 'GET', '/users/@me')).status).toBe(200);
    expect(channel.messages).toEqual([]);
    release();
    expect((await held).status).toBe(200);
  });
});

describe('the address of a file', () => {
  const open = async () => {
    const clock = createFakeClock();
    const server = await openStandIn({ clock, addressLifeMs: HOUR_MS });
    const guild = server.addGuild();
    const channel = guild.addChannel();
    const bytes = Buffer.from('a document');
    const message = guild
      .addMember()
      .post(channel, { attachments: [{ name: 'My guide.txt', bytes, contentType: 'text/plain' }] });
    return { server, clock, channel, message, attachment: message.attachments[0]!, bytes };
  };
  const gone = async (url: string | URL): Promise<unknown> => {
    const response = await fetch(url);
    return { status: response.status, text: await response.text() };
  };
  const GONE = { status: 404, text: 'This content is no longer available.' };

  it('gives the bytes until its time is over; a message that is read again brings a new one', async () => {
    const { server, clock, channel, message, attachment, bytes } = await open();
    expect(attachment).toMatchObject({
      filename: 'My_guide.txt',
      title: 'My guide',
      size: bytes.byteLength,
      content_type: 'text/plain',
    });
    expect(
      attachment.url.startsWith(`${server.cdnUrl}/attachments/${channel.id}/${attachment.id}/My_guide.txt?ex=`),
    ).toBe(true);
    const response = await fetch(attachment.url);
    expect(response.headers.get('content-type')).toBe('text/plain');
    expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes);
    await clock.advance(HOUR_MS + 1_000);
    expect(await gone(attachment.url)).toEqual(GONE);
    const { body } = await call(server, 'GET', `/channels/${channel.id}/messages/${message.id}`);
    const [renewed] = (body as typeof message).attachments;
    expect((await fetch(renewed?.url ?? '')).status).toBe(200);
    expect(server.cdn.downloads).toHaveLength(3);
  });

  it.each(['ex', 'is', 'hm'])('gives nothing with another %s', async (parameter) => {
    const { attachment } = await open();
    const url = new URL(attachment.url);
    url.searchParams.set(parameter, 'ffffffff');
    expect(await gone(url)).toEqual(GONE);
    url.searchParams.delete(parameter);
    expect(await gone(url)).toEqual(GONE);
  });

  it('gives nothing once the file is deleted', async () => {
    const { server, attachment } = await open();
    server.cdn.delete(attachment.id);
    expect(await gone(attachment.url)).toEqual(GONE);
  });

  it('can be made to go wrong', async () => {
    const { server, attachment, bytes } = await open();
    const failed = async (fault: CdnFault): Promise<Response> => {
      server.cdn.failNext(fault, /My_guide/);
      return fetch(attachment.url, { redirect: 'manual' });
    };
    const redirected = await failed({ kind: 'redirect', location: 'http://localhost/elsewhere' });
    expect([redirected.status, redirected.headers.get('location')]).toEqual([302, 'http://localhost/elsewhere']);
    expect((await failed({ kind: 'status', status: 503 })).status).toBe(503);
    const larger = await failed({ kind: 'larger', extraBytes: 5 });
    expect(larger.headers.get('content-length')).toBeNull();
    expect((await larger.arrayBuffer()).byteLength).toBe(bytes.byteLength + 5);
    const cut = await failed({ kind: 'cut', afterBytes: 3 });
    await expect(cut.arrayBuffer()).rejects.toThrow();
    let release = (): void => undefined;
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    const held = await failed({ kind: 'hold', afterBytes: 3, until });
    let text = '';
    const reading = (async () => {
      const decoder = new TextDecoder();
      for await (const chunk of held.body ?? []) text += decoder.decode(chunk as Uint8Array);
    })();
    await eventually('the beginning came', () => text === 'a d');
    release();
    await reading;
    expect(text).toBe('a document');
    expect((await fetch(attachment.url)).status).toBe(200);
  });

  it('may be of a file of another size than the message says', async () => {
    const server = await openStandIn();
    const person = server.addUser();
    const upload = { name: 'a.txt', bytes: Buffer.from('abc'), statedSizeBytes: 1 };
    const [attachment] = person.post(server.addDirectMessage(person), { attachments: [upload] }).attachments;
    expect(attachment?.size).toBe(1);
    expect((await (await fetch(attachment?.url ?? '')).arrayBuffer()).byteLength).toBe(3);
  });
});
