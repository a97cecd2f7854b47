import { describe, expect, it, onTestFinished } from 'vitest';
import { watchModel } from '../../bench/support/model-watch.js';
import { startOllamaStandIn } from '../support/ollama/server.js';

async function watchedModel() {
  const realFetch = globalThis.fetch;
  const standIn = await startOllamaStandIn({ installed: ['qwen3:8b'] });
  onTestFinished(async () => {
    globalThis.fetch = realFetch;
    await standIn.close();
  });
  const watch = watchModel(standIn.url);
  const ask = (): Promise<Response> =>
    fetch(`${standIn.url}/api/chat`, {
      method: 'POST',
      body: JSON.stringify({ model: 'qwen3:8b', messages: [{ role: 'user', content: 'Hello' }], stream: true }),
    });
  return { standIn, watch, ask };
}

describe("the watch on the model's server", () => {
  it('sees an answer from its request to its last piece, and its first word between them', async () => {
    const { watch, ask } = await watchedModel();
    const startedAtMs = performance.now();
    const text = await (await ask()).text();
    const endedAtMs = performance.now();
    const time = watch.take();
    expect(text).toContain('"done":true');
    expect(time.coveredMs).toBeGreaterThan(0);
    expect(time.coveredMs).toBeLessThanOrEqual(endedAtMs - startedAtMs);
    expect(time.firstWordAtMs).toBeGreaterThan(startedAtMs);
    expect(time.firstWordAtMs).toBeLessThan(endedAtMs);
  });

  it('forgets what was taken', async () => {
    const { watch, ask } = await watchedModel();
    await (await ask()).text();
    watch.take();
    expect(watch.take()).toEqual({ coveredMs: 0, firstWordAtMs: undefined });
  });

  it('leaves requests to others alone', async () => {
    const { watch } = await watchedModel();
    const other = await startOllamaStandIn({ installed: ['qwen3:8b'] });
    onTestFinished(() => other.close());
    await (await fetch(`${other.url}/api/version`)).text();
    expect(watch.take().coveredMs).toBe(0);
  });
});
