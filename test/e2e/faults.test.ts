import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { socketPathOf } from '../../src/adapters/terminal/socket-path.js';
import { connectTerminal } from '../../src/adapters/terminal/terminal-client.js';
import type { OutgoingMessage } from '../../src/core/chat/outgoing-message.js';
import { creatorIdSchema } from '../../src/core/ids.js';
import { runDocent, startDocentProcess } from '../support/docent-process.js';
import { type Fault, type FaultProxy, startFaultProxy } from '../support/fault-proxy.js';
import { describeWithAll } from '../support/obtained.js';
import { startOllamaStandIn } from '../support/ollama/server.js';
import { MODELS, environmentOf, useServerEngines } from '../support/server-engines.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const coach = creatorIdSchema.parse('coach');
const QUESTION = 'When is the swimming pool closed?';
/** Something is seen within this time whatever is away: an outcome, or what Docent is waiting for. */
const FIRST_SIGN_MS = 10_000;
const HEALED_WITHIN_MS = 60_000;

const FAULTS: readonly Fault[] = [
  { kind: 'latency', delayMs: 300 },
  { kind: 'reset', afterBytes: 20 },
  { kind: 'black-hole' },
  { kind: 'refuse' },
  { kind: 'drip', bytes: 40, everyMs: 20 },
];

/** What one person saw of one command. */
interface Seen {
  readonly message: OutgoingMessage;
  /** Until the first status, text or outcome. */
  readonly firstSignMs: number;
  readonly outcomeMs: number;
}

async function say(folder: string, words: readonly string[]): Promise<Seen> {
  const { signal } = new AbortController();
  const connection = await connectTerminal(await socketPathOf(join(folder, 'data')), signal);
  if (connection === undefined) throw new Error('no Docent listens');
  const startedAt = performance.now();
  let firstSignMs: number | undefined;
  const note = (): void => void (firstSignMs ??= performance.now() - startedAt);
  const message = await connection.run({
    command: { words: [...words], creatorId: coach },
    onStatus: note,
    onText: note,
  });
  note();
  return { message, firstSignMs: firstSignMs ?? 0, outcomeMs: performance.now() - startedAt };
}

/** Asks until the answer is an ordinary one again. */
async function asksUntilHealed(folder: string): Promise<Seen> {
  const giveUpAt = performance.now() + HEALED_WITHIN_MS;
  for (;;) {
    const seen = await say(folder, ['ask', QUESTION]);
    if (seen.message.kind === 'answer' && seen.message.footnote === undefined) return seen;
    if (performance.now() > giveUpAt) throw new Error(`not healed: ${JSON.stringify(seen.message)}`);
    await wait(250);
  }
}

describeWithAll(['redis-server', 'chroma'], 'a member, while an engine fails', (parts) => {
  const engines = useServerEngines(parts);
  const table: string[] = [];
  afterAll(
    () =>
      void process.stdout.write(['', 'engine | fault | first sign | outcome | what was seen', ...table, ''].join('\n')),
  );

  /** @param ollamaUrl default: the suite's own stand-in */
  async function open(ollamaUrl = engines().ollama.url): Promise<{
    readonly folder: string;
    readonly proxies: Readonly<Record<'redis' | 'chroma' | 'ollama', FaultProxy>>;
  }> {
    const { redis, chroma } = engines();
    const [first, second, third] = await Promise.all([
      startFaultProxy(redis.port),
      startFaultProxy(chroma.port),
      startFaultProxy(Number(new URL(ollamaUrl).port)),
    ]);
    const address = (proxy: FaultProxy): string => `127.0.0.1:${proxy.port}`;
    const environment = {
      ...environmentOf(`redis://${address(first)}`, `http://${address(second)}`, `http://${address(third)}`),
      DOCENT_FIRST_TEXT_TIMEOUT_SECONDS: '8',
    };
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'rules.md'), '# Rules\n\nThe swimming pool is closed every Wednesday morning.\n');
    const docent = startDocentProcess(['start'], folder, environment);
    await docent.printed(/Docent is ready/);
    await runDocent(['ingest', 'rules.md', '--creator', 'coach'], folder, environment);
    await asksUntilHealed(folder);
    return { folder, proxies: { redis: first, chroma: second, ollama: third } };
  }

  function noteRow(engine: string, fault: string, { message, firstSignMs, outcomeMs }: Seen): void {
    const text = `${message.kind}: ${[message.text, message.footnote].filter(Boolean).join(' / ')}`;
    const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
    table.push(
      `${engine} | ${fault} | ${seconds(firstSignMs)} | ${seconds(outcomeMs)} | ${text.replaceAll('\n', ' ').slice(0, 200)}`,
    );
  }

  /** What a question may end in while the engine is away. */
  const KINDS = { redis: ['answer'], chroma: ['answer'], ollama: ['answer', 'fallback'] } as const;

  it.each(['redis', 'chroma', 'ollama'] as const)(
    'is answered with what is left of %s, and as before once it is back',
    { timeout: 600_000 },
    async (engine) => {
      const { folder, proxies } = await open();
      for (const fault of FAULTS) {
        await proxies[engine].set(fault);
        const seen = await say(folder, ['ask', QUESTION]);
        noteRow(engine, fault.kind, seen);
        expect(KINDS[engine], `${fault.kind}: ${JSON.stringify(seen.message)}`).toContain(seen.message.kind);
        expect(seen.message.text).toContain('Wednesday');
        expect(seen.firstSignMs).toBeLessThan(FIRST_SIGN_MS);
        await proxies[engine].set({ kind: 'none' });
        await asksUntilHealed(folder);
      }
    },
  );

  it('is told what cannot be done without Redis, and can do it when Redis is back', async () => {
    const { folder, proxies } = await open();
    await proxies.redis.set({ kind: 'refuse' });
    const listed = await say(folder, ['stats']);
    noteRow('redis', 'refuse (stats)', listed);
    expect(listed.message).toMatchObject({ kind: 'error' });
    expect(listed.message.text).toContain('temporarily unavailable');
    await proxies.redis.set({ kind: 'none' });
    await asksUntilHealed(folder);
    expect((await say(folder, ['stats'])).message.kind).toBe('notice');
  });

  it('is answered while Redis and Chroma are killed, and as before once they were started again', async () => {
    const { folder } = await open();
    const { redis, chroma } = engines();
    for (const engine of [redis, chroma]) {
      await engine.kill();
      const seen = await say(folder, ['ask', QUESTION]);
      noteRow(engine === redis ? 'redis' : 'chroma', 'killed', seen);
      expect(seen.message.kind).toBe('answer');
      await engine.restart();
      await asksUntilHealed(folder);
    }
  });

  it('is answered from passages while Ollama is down, and by the model once it was started again', async () => {
    const first = await startOllamaStandIn({ installed: MODELS });
    const { folder } = await open(first.url);
    await first.close();
    const seen = await say(folder, ['ask', QUESTION]);
    noteRow('ollama', 'stopped', seen);
    expect(seen.message.kind).toBe('fallback');
    const second = await startOllamaStandIn({ installed: MODELS, port: Number(new URL(first.url).port) });
    onTestFinished(() => second.close());
    await asksUntilHealed(folder);
  });
});
