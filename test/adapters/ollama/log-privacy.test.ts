import { describe, expect, it, vi } from 'vitest';
import { createLogger } from '../../../src/adapters/pino/logger.js';
import { createFakeClock } from '../../support/fake-clock.js';
import { Refusal } from '../../support/ollama/requests.js';
import { openOllama, partsOf, question } from './open-ollama.js';

const QUESTION = 'May I take unpaid leave?';
const ask = () => question({ messages: [{ role: 'user', content: QUESTION }], question: QUESTION });

/** The log of an error, its causes included, and what was printed past the log meanwhile. */
async function logOf(call: () => Promise<unknown>): Promise<string> {
  const printed = (['log', 'warn', 'error'] as const).map((method) => vi.spyOn(console, method));
  let written = '';
  const clock = createFakeClock();
  const logger = createLogger({ level: 'debug', format: 'json', clock, write: (lines) => (written += lines) });
  const error = await call().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  logger.error('call-failed', {}, error);
  for (const { mock } of printed) written += JSON.stringify(mock.calls);
  return written;
}

describe('the log of an error of Ollama that repeats what it was sent', () => {
  it.each([
    [`cannot parse the prompt "${QUESTION}"`, 'an error in the middle of a stream'],
    [`${QUESTION.slice(0, 12)}: exceeds the context length`, 'the text is longer than the context of the model'],
  ])('in the middle of an answer, %j, has its class and none of its words', async (error, told) => {
    const { chatModel, server } = await openOllama();
    server.behaviour.faults.push({ afterLines: 2, fault: { error } });
    const log = await logOf(() => partsOf(chatModel.stream(ask())));
    expect(log).toContain(told);
    expect(log).not.toContain(QUESTION.slice(0, 12));
  });

  it.each([
    [500, `the runner process no longer runs: ${QUESTION}`, 'HTTP 500: the process of the model ended or failed'],
    [400, `"${QUESTION.slice(0, 12)}" is not wanted`, 'HTTP 400: a reason'],
  ])('with HTTP %i has the status, its class and none of its words', async (status, words, told) => {
    const { chatModel, embedder, server } = await openOllama();
    server.behaviour.intercept = async () => new Refusal(status, words);
    const { signal } = new AbortController();
    for (const call of [
      () => partsOf(chatModel.stream(ask())),
      () => embedder.embed([QUESTION], { kind: 'query', signal }),
    ]) {
      const log = await logOf(call);
      expect(log).toContain(told);
      expect(log).not.toContain(QUESTION.slice(0, 12));
    }
  });

  it.each([`{"message": {"content": "${QUESTION}`, JSON.stringify(QUESTION)])(
    'in the line %j, which is no object, has none of it',
    async (line) => {
      const { chatModel, server } = await openOllama();
      server.behaviour.faults.push({ afterLines: 2, fault: { line } });
      const log = await logOf(() => partsOf(chatModel.stream(ask())));
      expect(log).toContain('no JSON object');
      expect(log).not.toContain(QUESTION.slice(0, 12));
    },
  );
});
