import { describe, expect, it } from 'vitest';
import type { OutgoingMessage } from '../../../src/core/chat/outgoing-message.js';
import { handbook } from '../../support/answering-room.js';
import { makeEvent, openEmbeddedCore } from '../../support/embedded-core.js';
import { type Fault, engineAway } from '../../support/failing-engine.js';
import { eventually } from '../../support/eventually.js';
import { settle } from '../../support/fake-clock.js';
import { openOutageRoom } from '../../support/outage-room.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const QUESTION = 'When are refunds for cancelled sessions paid?';
/** How long a member waits for the outcome. */
const PATIENCE_MS = 10_000;
/** Longer than every wait on the way of one question. */
const OUTAGE_MS = 60_000;

/** A core with the handbook, in which one question after another is asked by a Docent that has just started. */
async function openCore() {
  const core = await openEmbeddedCore(await temporaryFolder());
  await core.post('handbook.md', handbook);
  await core.settleWork();
  let questions = 0;

  /** Asks with calls going wrong as told; what was called, and what the member saw in the end. */
  return async function ask(faultOf: (index: number) => Fault | undefined) {
    const { host, adapter, failing, dispatcher, model } = openOutageRoom(core);
    const id = `question-${questions}`;
    failing.fault = (_call, index) => faultOf(index);
    const accepting = host.accept(makeEvent({ id, text: QUESTION, threadId: `t${questions++}` }));
    await core.clock.advance(PATIENCE_MS);
    await accepting;
    const inTime = adapter.replies.get(id)?.finished.length === 1;
    await core.clock.advance(OUTAGE_MS - PATIENCE_MS);
    failing.fault = () => undefined;
    // Past the lease of work that an outage left behind, so that it would be done again here.
    await eventually('the end of the work', async () => {
      await core.clock.advance(5_000);
      const status = await core.engines.coordinator.status('events', id);
      return status?.state !== 'waiting' && status?.state !== 'active';
    });
    await settle();
    await dispatcher.stop(0);
    return {
      inTime,
      calls: failing.calls,
      finished: adapter.replies.get(id)?.finished ?? [],
      answers: model.requests.length,
    };
  };
}

/** An answer, marked or not, or word that it cannot be had now: nothing raw, such as the name of a server. */
function isClear({ kind, text, data }: OutgoingMessage): boolean {
  if (kind === 'answer') return text === 'Yes [1].';
  return (
    kind === 'error' && /temporarily unavailable/.test(text) && JSON.stringify(data).includes('ENGINE_UNAVAILABLE')
  );
}

describe('a question has one outcome that its member can read', () => {
  it.each(['away', 'silent', 'unheard'] as const)('within ten seconds, whichever one call is %s', async (fault) => {
    const ask = await openCore();
    const { calls, finished } = await ask(() => undefined);
    expect(finished).toMatchObject([{ kind: 'answer' }]);
    expect(calls.length).toBeGreaterThan(10);
    for (let broken = 0; broken < calls.length; broken++) {
      const outcome = await ask((index) => (index === broken ? fault : undefined));
      expect({ broken: calls[broken], finished: outcome.finished.map(isClear), inTime: outcome.inTime }).toEqual({
        broken: calls[broken],
        finished: [true],
        inTime: true,
      });
      expect(outcome.finished[0]?.kind).toBe('answer');
    }
  });

  it.each(['away', 'silent'] as const)('within ten seconds, whenever the server goes %s until later', async (fault) => {
    const ask = await openCore();
    const { calls } = await ask(() => undefined);
    for (let broken = 0; broken < calls.length; broken++) {
      const outcome = await ask((index) => (index >= broken ? fault : undefined));
      expect({ broken: calls[broken], finished: outcome.finished.map(isClear), inTime: outcome.inTime }).toEqual({
        broken: calls[broken],
        finished: [true],
        inTime: true,
      });
      expect(outcome.answers).toBeLessThan(2);
    }
  });

  it('is told of an engine that fails in no words of its own', () => {
    expect(isClear({ kind: 'error', text: engineAway().userMessage, sources: [], actions: [] })).toBe(false);
  });
});
