import { expect, it } from 'vitest';
import { useChromaServer } from '../../support/chroma-server.js';
import { makeChunk } from '../../support/make-chunk.js';
import { describeWith } from '../../support/obtained.js';
import { startHttpProxy } from './http-proxy.js';
import { coach, idsOf, makeEntries, nearest, space } from './knowledge.js';
import { openIndex } from './subject.js';

const SECRET = 'wonderful-secret';
const { signal } = new AbortController();

describeWith('chroma', 'signing in to Chroma', (part) => {
  const server = useChromaServer(part);

  /** A proxy as it stands in front of a real installation: it lets nobody pass without the right header. */
  const guard = (header: string, value: string, refusal = 401) =>
    startHttpProxy(server().url, ({ headers }) =>
      headers[header] === value ? undefined : { status: refusal, body: '{"error":"Unauthorized"}' },
    );

  it.each([
    ['a bearer token', { CHROMA_TOKEN: SECRET }, 'authorization', `Bearer ${SECRET}`, 'its token'],
    [
      "a token in Chroma's own header",
      { CHROMA_TOKEN: SECRET, CHROMA_TOKEN_HEADER: 'x-chroma-token' },
      'x-chroma-token',
      SECRET,
      'its token',
    ],
    [
      'user and password',
      { CHROMA_USERNAME: 'docent', CHROMA_PASSWORD: 'pass wörd:1' },
      'authorization',
      `Basic ${Buffer.from('docent:pass wörd:1').toString('base64')}`,
      'its user and password',
    ],
  ])('sends %s with every call', async (_title, environment, header, value, told) => {
    const url = await guard(header, value);
    const { index } = await openIndex(server(), { CHROMA_URL: url, ...environment });
    const entries = makeEntries(2);
    await index.upsert(coach, space, entries);
    expect(await nearest(index)).toEqual(idsOf(entries));
    expect(await index.present(coach, idsOf(entries))).toEqual(new Set(idsOf(entries)));
    expect(await index.stats(coach)).toEqual({ space, vectors: 2 });
    expect(await index.health(signal)).toMatchObject({
      state: 'healthy',
      detail: expect.stringContaining(`Docent sends ${told}`) as string,
    });
    await index.deleteDocument(coach, makeChunk().documentId);
    await index.eraseCreator(coach);
  });

  it.each([
    [401, "refuses Docent's credentials"],
    [403, "does not let Docent's credentials do this"],
  ])('tells what to set when it is refused with %i, and never tells the secret', async (status, says) => {
    const url = await guard('authorization', 'Bearer another', status);
    const { index } = await openIndex(server(), { CHROMA_URL: url, CHROMA_TOKEN: SECRET });
    const refused = (await nearest(index).catch((error: unknown) => error)) as Error & { cause?: unknown };
    expect(refused).toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      retryable: false,
      userMessage: expect.stringContaining(says) as string,
    });
    const health = await index.health(signal);
    expect(health).toMatchObject({ state: 'unhealthy', detail: expect.stringContaining(says) as string });
    expect(JSON.stringify([refused, String(refused.cause), health])).not.toContain(SECRET);
  });
});
