/**
 * Runs the stand-in as a program of its own, for a try of the server profile without Ollama:
 * `node dist/test/support/ollama/main.js --port 11434 --installed qwen3:8b,nomic-embed-text --load-ms 3000 --word-ms 40`
 */
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startOllamaStandIn } from './server.js';
import { meaningVectors, wordVectors } from './vectors.js';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '11434' },
    installed: { type: 'string', default: '' },
    parallel: { type: 'string', default: '1' },
    'max-queue': { type: 'string', default: '512' },
    'load-ms': { type: 'string', default: '0' },
    'word-ms': { type: 'string', default: '0' },
    vectors: { type: 'string', default: 'meaning' },
    say: { type: 'string' },
  },
});

const { url, behaviour } = await startOllamaStandIn({
  port: Number(values.port),
  installed: values.installed.split(',').filter((name) => name !== ''),
  vectors: values.vectors === 'meaning' ? meaningVectors() : wordVectors(),
});
const takes =
  (ms: number) =>
  async (signal: AbortSignal): Promise<void> =>
    ms > 0 ? wait(ms, undefined, { signal }) : undefined;
behaviour.parallel = Number(values.parallel);
behaviour.maxQueue = Number(values['max-queue']);
behaviour.load = (_model, signal) => takes(Number(values['load-ms']))(signal);
const { say } = values;
if (say !== undefined) behaviour.say = () => say;
behaviour.pace = takes(Number(values['word-ms']));
process.stdout.write(`${JSON.stringify({ url })}\n`);
