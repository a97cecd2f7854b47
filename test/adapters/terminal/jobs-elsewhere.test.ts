import { describe, expect, it } from 'vitest';
import { TAKEN_OVER } from '../../../src/core/chat/taken-over.js';
import type { OutgoingMessage } from '../../../src/core/chat/outgoing-message.js';
import { DocentError } from '../../../src/core/errors.js';
import type { WorkStatus } from '../../../src/core/ports/coordinator.js';
import { eventually } from '../../support/eventually.js';
import { openTerminal } from './open-terminal.js';

const results = [{ name: 'plan.pdf', outcome: 'failed', code: 'DOCUMENT_DAMAGED', userMessage: 'It is broken.' }];
const reading = { name: 'plan.pdf', step: 'reading', done: 3, total: 9, unit: 'pages' };

const work = (status: Partial<WorkStatus>): WorkStatus => ({
  id: 'terminal/1',
  queue: 'ingest',
  group: 'coach',
  state: 'active',
  position: 0,
  attempts: 1,
  progress: null,
  payload: null,
  ...status,
});
const away = (): never => {
  throw new DocentError('ENGINE_UNAVAILABLE', { userMessage: 'The queue is away.', retryable: true });
};

/** Uploads a file whose job another process does: the terminal sees of it what the queue says, look after look. */
async function uploadSeen(looks: readonly (() => WorkStatus | undefined)[]) {
  const left = [...looks];
  const { connect, clock, events } = await openTerminal(
    { execute: async () => TAKEN_OVER },
    { status: async () => left.shift()?.() },
  );
  const statuses: string[] = [];
  let message: OutgoingMessage | undefined;
  void (await connect())
    .run({ command: { words: ['ingest'] }, onStatus: ({ text }) => statuses.push(text) })
    .then((outcome) => (message = outcome));
  await eventually('the command has come', () => events.length === 1);
  await eventually('the outcome is there', async () => {
    await clock.advance(1_000);
    return message !== undefined;
  });
  return { statuses, message };
}

describe('a terminal whose upload is read by another process', () => {
  it('shows how far it is, and the outcome that the queue keeps', async () => {
    const { statuses, message } = await uploadSeen([
      () => work({ state: 'waiting', position: 2, attempts: 0 }),
      () => work({ progress: { results: [], current: reading } }),
      away,
      () => work({ state: 'waiting', attempts: 1 }),
      () => work({ state: 'done', progress: { results, current: null } }),
    ]);
    expect(statuses).toEqual([
      'Waiting: 2 uploads before yours',
      'Reading plan.pdf: pages 3 of 9',
      'Waiting: how far it is cannot be seen right now',
      'Waiting to try again',
    ]);
    expect(message).toMatchObject({ kind: 'error', data: { results } });
  });

  it.each([
    { what: 'was cancelled', status: work({ state: 'cancelled' }), says: /^Stopped/ },
    { what: 'was erased', status: undefined, says: /^Stopped/ },
    { what: 'ended without a trace', status: work({ state: 'failed' }), says: /not known any more.*"documents"/ },
  ])('is told when the upload $what', async ({ status, says }) => {
    expect((await uploadSeen([() => status])).message?.text).toMatch(says);
  });
});
