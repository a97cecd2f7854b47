import { describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { creatorIdSchema } from '../../../src/core/ids.js';
import { answer, command, message, openDispatch } from './dispatch-harness.js';

/** One question runs until the test ends it, and the others wait in the order in which they came. */
async function openQueue() {
  const dispatch = await openDispatch({ limits: { concurrency: 1, memberPerMinute: 100 } });
  const { script, host } = dispatch;
  const ends: (() => void)[] = [];
  script.ask = ({ input: { question } }) =>
    new Promise((resolve) => {
      ends.push(() => resolve(answer(question)));
    });
  await host.accept(message('running', 'running', { thread: 'running' }));
  await eventually('the first question running', () => ends.length === 1);
  return {
    ...dispatch,
    statuses: (id: string) => dispatch.adapter.replies.get(id)?.statuses.map(({ text }) => text),
    /** Ends the question that runs, and waits until the next one does. */
    async endOne(): Promise<void> {
      const running = ends.length;
      ends.at(-1)?.();
      await eventually('the next question running', () => ends.length > running);
    },
  };
}

describe('a question that waits', () => {
  it('says within a few seconds how many are before it, and again when there are fewer', async () => {
    const { host, clock, statuses, endOne } = await openQueue();
    for (const id of ['e1', 'e2', 'e3']) await host.accept(message(id, id, { thread: id }));
    await clock.advance(2_000);
    expect(['e1', 'e2', 'e3'].map(statuses)).toEqual([
      ['Waiting: yours is next'],
      ['Waiting: 1 question before yours'],
      ['Waiting: 2 questions before yours'],
    ]);
    await endOne();
    await clock.advance(5_000);
    expect(statuses('e3')?.at(-1)).toBe('Waiting: 1 question before yours');
  });

  it('says nothing more once its turn has come, and is answered in the same reply', async () => {
    const { host, clock, statuses, endOne, adapter } = await openQueue();
    await host.accept(message('e1', 'e1', { thread: 'e1' }));
    await clock.advance(2_000);
    await endOne();
    await clock.advance(30_000);
    expect(statuses('e1')).toEqual(['Waiting: yours is next']);
    expect(adapter.replies.get('e1')?.opened).toBe(1);
  });

  it('says nothing when its turn comes at once', async () => {
    const { host, clock, statuses, endOne } = await openQueue();
    await host.accept(message('e1', 'e1', { thread: 'e1' }));
    await endOne();
    await clock.advance(30_000);
    expect(statuses('e1')).toEqual([]);
  });

  it('goes on when the platform could not show it, or the queue not tell it', async () => {
    const { host, clock, failing, adapter, statuses } = await openQueue();
    const { openReply } = adapter;
    adapter.openReply = async () => {
      throw new Error('503');
    };
    await host.accept(command('e1', 'erase', {}, { role: 'operator', thread: 'e1' }));
    await clock.advance(2_000);
    adapter.openReply = openReply;
    failing.fault = (call) => (call === 'coordinator.status' ? 'away' : undefined);
    await clock.advance(5_000);
    failing.fault = () => undefined;
    await clock.advance(5_000);
    expect(statuses('e1')).toEqual([expect.stringContaining('cannot be reached'), 'Waiting: yours is next']);
  });

  it('says nothing where the channel wants confident answers alone and nobody asked by name', async () => {
    const { host, services, clock, adapter } = await openQueue();
    const asked = message('e1', 'How?', { creator: null, mention: false, thread: 'e1' });
    const creatorId = creatorIdSchema.parse('coach');
    await services.links.link(asked.address, { creatorId, wholeWorkspace: false, ingestion: 'managers' });
    await services.links.setMode(asked.address, 'all', true);
    expect(await host.accept(asked)).toBe('accepted');
    await clock.advance(30_000);
    expect(adapter.replies.has('e1')).toBe(false);
  });

  it('says nothing once it does not wait in the queue any more', async () => {
    const { host, clock, engines, adapter } = await openQueue();
    await host.accept(message('e1', 'e1', { thread: 'e1' }));
    await engines.coordinator.cancel('events', 'e1');
    await clock.advance(30_000);
    expect(adapter.replies.has('e1')).toBe(false);
  });

  it('says nothing more after it was cancelled', async () => {
    const { host, clock, finished, statuses, adapter } = await openQueue();
    const asked = message('e1', 'e1', { thread: 'e1' });
    await host.accept(asked);
    await clock.advance(2_000);
    await host.cancel(asked.address);
    await clock.advance(30_000);
    expect(finished('e1')).toMatchObject([{ text: expect.stringMatching(/^Stopped/) as string }]);
    expect({ statuses: statuses('e1')?.length, opened: adapter.replies.get('e1')?.opened }).toEqual({
      statuses: 1,
      opened: 1,
    });
  });
});
