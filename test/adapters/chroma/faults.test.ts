import { expect, it, onTestFinished } from 'vitest';
import { createLogger } from '../../../src/adapters/pino/logger.js';
import { useChromaServer } from '../../support/chroma-server.js';
import { settle } from '../../support/fake-clock.js';
import { startFaultProxy } from '../../support/fault-proxy.js';
import { describeWith } from '../../support/obtained.js';
import { type SeenRequest, startHttpProxy } from './http-proxy.js';
import { coach, idsOf, makeEntries, nearest, space } from './knowledge.js';
import { openIndex } from './subject.js';

const away = (says: string) => ({
  code: 'ENGINE_UNAVAILABLE',
  retryable: true,
  userMessage: expect.stringContaining(says) as string,
});
const { signal } = new AbortController();

describeWith('chroma', 'Chroma in trouble', (part) => {
  const server = useChromaServer(part);

  it('is an error while it is down, never "nothing found", and heals by itself', async () => {
    const { index, again } = await openIndex(server());
    const entries = makeEntries(2);
    await index.upsert(coach, space, entries);
    await server().kill();
    for (const port of [index, again()]) {
      await expect(nearest(port)).rejects.toMatchObject(away('cannot be reached'));
      await expect(port.present(coach, idsOf(entries))).rejects.toMatchObject(away('cannot be reached'));
      await expect(port.stats(coach)).rejects.toMatchObject(away('cannot be reached'));
      await expect(port.upsert(coach, space, entries)).rejects.toMatchObject(away('cannot be reached'));
      await expect(port.eraseCreator(coach)).rejects.toMatchObject(away('cannot be reached'));
      expect(await port.health(signal)).toMatchObject({
        state: 'unhealthy',
        fix: expect.stringContaining('CHROMA_URL') as string,
      });
    }
    await server().restart();
    expect(await nearest(index)).toEqual(idsOf(entries));
    expect(await index.health(signal)).toMatchObject({ state: 'healthy' });
  });

  it('is given up after five seconds when it takes requests and says nothing, and heals', async () => {
    const { index, again, clock } = await openIndex(server());
    const entries = makeEntries(2);
    await index.upsert(coach, space, entries);
    onTestFinished(() => server().resume());
    server().pause();
    for (const port of [index, again()]) {
      await Promise.all([
        expect(nearest(port)).rejects.toMatchObject(away('did not answer within 5 seconds')),
        clock.advance(5_000),
      ]);
    }
    const checking = index.health(signal);
    await clock.advance(1_500);
    expect(await checking).toMatchObject({
      state: 'unhealthy',
      detail: expect.stringContaining('did not answer') as string,
    });
    server().resume();
    expect(await nearest(index)).toEqual(idsOf(entries));
  });

  it('has six times as long for writing', async () => {
    const { index, clock } = await openIndex(server(), { CHROMA_TIMEOUT_SECONDS: '2' });
    await index.upsert(coach, space, makeEntries(1));
    onTestFinished(() => server().resume());
    server().pause();
    const writing = index.upsert(coach, space, makeEntries(1));
    let failed = false;
    writing.catch(() => (failed = true));
    await clock.advance(11_999);
    expect(failed).toBe(false);
    await clock.advance(1);
    await expect(writing).rejects.toMatchObject(away('did not answer within 12 seconds'));
  });

  it('is an error when the connection breaks in the middle of an answer, and heals', async () => {
    const proxy = await startFaultProxy(server().port);
    const { index } = await openIndex(server(), { CHROMA_URL: `http://127.0.0.1:${proxy.port}` });
    const entries = makeEntries(50);
    await index.upsert(coach, space, entries);
    await proxy.set({ kind: 'reset', afterBytes: 300 });
    await expect(nearest(index)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE', retryable: true });
    await proxy.set({ kind: 'none' });
    expect(await nearest(index)).toEqual(idsOf(entries));
  });

  it('is told to stop when the question is cancelled', async () => {
    let take: (request: SeenRequest) => void = () => {};
    const arrived = new Promise<SeenRequest>((resolve) => {
      take = resolve;
    });
    const url = await startHttpProxy(server().url, (request) => {
      if (!request.path.endsWith('/query')) return undefined;
      take(request);
      return new Promise(() => {});
    });
    const { index } = await openIndex(server(), { CHROMA_URL: url });
    await index.upsert(coach, space, makeEntries(1));
    const reason = new Error('the member left');
    const question = new AbortController();
    const asking = nearest(index, 1, question.signal);
    const { left } = await arrived;
    question.abort(reason);
    await expect(asking).rejects.toBe(reason);
    await left;
  });

  it.each([
    ['a page of something else', { status: 200, body: '<html>Hello</html>', contentType: 'text/html' }, true],
    ['broken JSON', { status: 200, body: '{"ids": [[' }, true],
    ['JSON of another shape', { status: 200, body: '{"ids": 7}' }, true],
    ['an error of its own', { status: 500, body: '{"error":"Internal","message":"disk"}' }, true],
    ['a gateway without server', { status: 502, body: 'Bad Gateway', contentType: 'text/plain' }, true],
    ['too many requests', { status: 429, body: '{}' }, true],
    ['a refusal of the request', { status: 400, body: '{"error":"InvalidArgumentError","message":"no"}' }, false],
  ])('is an error when it answers with %s', async (_title, answer, retryable) => {
    let isSick = false;
    const url = await startHttpProxy(server().url, () => (isSick ? answer : undefined));
    const { index, again } = await openIndex(server(), { CHROMA_URL: url });
    await index.upsert(coach, space, makeEntries(1));
    isSick = true;
    for (const port of [index, again()])
      await expect(nearest(port)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE', retryable });
    expect(await index.health(signal)).toMatchObject({ state: 'unhealthy' });
  });

  it.each([
    [400, 'data[0]: invalid type: string "Lunch is at noon"', "for a reason that Chroma's own log has"],
    [422, 'Lunch is at noon: the dimension is another', 'about the dimensions of vectors'],
    [500, 'no space left on device for "Lunch is at noon"', 'about its disk'],
  ])('puts nothing into the log that it repeats of a document, with HTTP %i', async (status, message, told) => {
    let isSick = false;
    const answer = { status, body: JSON.stringify({ error: 'Failed', message }) };
    const url = await startHttpProxy(server().url, () => (isSick ? answer : undefined));
    const { index, clock } = await openIndex(server(), { CHROMA_URL: url });
    await index.upsert(coach, space, makeEntries(1));
    isSick = true;
    const error: unknown = await nearest(index).catch((thrown: unknown) => thrown);
    let log = '';
    createLogger({ level: 'info', format: 'json', clock, write: (lines) => (log += lines) }).warn('failed', {}, error);
    expect(log).toContain(told);
    expect(log).not.toContain('noon');
  });

  it('keeps every acknowledged vector when it is killed in the middle of writing', async () => {
    const { index } = await openIndex(server());
    const acknowledged = new Set<string>();
    let written = 0;
    for (let round = 1; round <= 3; round += 1) {
      for (let batch = 0; batch < round; batch += 1) {
        const entries = makeEntries(10, written);
        written += entries.length;
        await index.upsert(coach, space, entries);
        for (const id of idsOf(entries)) acknowledged.add(id);
      }
      const last = makeEntries(100, written);
      written += last.length;
      const writing = index.upsert(coach, space, last).then(
        () => idsOf(last),
        () => [],
      );
      await settle();
      await server().kill();
      for (const id of await writing) acknowledged.add(id);
      await server().restart();
    }
    const ids = idsOf(makeEntries(written));
    const present = new Set<string>();
    for (let start = 0; start < ids.length; start += 500)
      for (const id of await index.present(coach, ids.slice(start, start + 500))) present.add(id);
    expect([...acknowledged].filter((id) => !present.has(id))).toEqual([]);
    expect(acknowledged.size).toBeGreaterThanOrEqual(60);
    expect(await index.stats(coach)).toEqual({ space, vectors: present.size });
    expect((await nearest(index, 1_000)).toSorted()).toEqual([...present].toSorted());
  }, 60_000);
});
