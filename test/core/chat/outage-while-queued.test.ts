import { describe, expect, it } from 'vitest';
import { engineAway } from '../../support/failing-engine.js';
import { eventually } from '../../support/eventually.js';
import { settle } from '../../support/fake-clock.js';
import { answer, command, message, openDispatch } from './dispatch-harness.js';

const UNAVAILABLE = { kind: 'error', data: { code: 'ENGINE_UNAVAILABLE' } };

describe('a question that was queued when the queue went away', () => {
  it('is answered without it while it waits, in the order of its thread', async () => {
    const { host, script, failing, clock, adapter, finished, settled } = await openDispatch({
      limits: { concurrency: 1 },
    });
    let end: (() => void) | undefined;
    script.ask = ({ input: { question } }) =>
      question === 'slow'
        ? new Promise((resolve) => {
            end = () => resolve(answer(question));
          })
        : Promise.resolve(answer(question));
    await host.accept(message('e1', 'slow', { thread: 'a' }));
    await eventually('the first question running', () => end !== undefined);
    await host.accept(message('e2', 'two'));
    failing.fault = () => 'away';
    await host.accept(message('e3', 'three'));
    await clock.advance(1);
    await eventually('both answers', () => finished('e3').length > 0);
    expect(adapter.finishedEvents).toEqual(['e2', 'e3']);
    failing.fault = () => undefined;
    end?.();
    await settled('e2');
    expect(script.asked).toEqual(['slow', 'two', 'three']);
    expect(finished('e2')).toHaveLength(1);
  });

  it('is left to the queue when that fails in another thread, for a moment', async () => {
    const { host, script, failing, outcome, finished } = await openDispatch({ limits: { concurrency: 1 } });
    script.ask = async ({ input: { question } }) => (question === 'slow' ? new Promise(() => {}) : answer(question));
    await host.accept(message('e1', 'slow', { thread: 'a' }));
    await host.accept(message('e2', 'two', { thread: 'b' }));
    failing.fault = () => 'away';
    await host.accept(message('e3', 'three', { thread: 'c' }));
    failing.fault = () => undefined;
    await outcome('e3');
    await settle();
    expect(finished('e2')).toEqual([]);
  });

  it('is answered without it when nobody says anything more', async () => {
    const { host, script, failing, clock, outcome } = await openDispatch({ limits: { concurrency: 1 } });
    script.ask = async ({ input: { question } }) => (question === 'slow' ? new Promise(() => {}) : answer(question));
    await host.accept(message('e1', 'slow', { thread: 'a' }));
    await host.accept(message('e2', 'two'));
    failing.fault = () => 'silent';
    await clock.advance(4_000);
    expect((await outcome('e2'))?.text).toBe('two');
  });

  it('goes on to wait when it changes something, and says why', async () => {
    const { host, script, failing, clock, adapter, finished } = await openDispatch({ limits: { concurrency: 1 } });
    script.ask = () => new Promise(() => {});
    await host.accept(message('e1', 'slow', { thread: 'a' }));
    await host.accept(command('e2', 'erase', {}, { role: 'operator' }));
    failing.fault = () => 'away';
    await clock.advance(2_000);
    expect(adapter.replies.get('e2')?.statuses.at(-1)?.text).toMatch(/cannot be reached.*as soon as it is back/);
    expect(finished('e2')).toEqual([]);
  });

  it('is told once, though the queue could not be told so', async () => {
    const { host, script, failing, clock, finished, settledInTime } = await openDispatch();
    script.ask = async () => {
      failing.fault = () => 'silent';
      return answer('Told.');
    };
    await host.accept(message('e1', 'How?'));
    await eventually('the answer', () => script.asked.length > 0);
    await clock.advance(2_000);
    expect(finished('e1')).toMatchObject([{ text: 'Told.' }]);
    failing.fault = () => undefined;
    await settledInTime('e1');
    expect(script.asked).toHaveLength(1);
  });

  it('is told to come again when what it needs went with the queue', async () => {
    const { host, script, failing, outcome, finished, settledInTime } = await openDispatch();
    script.ask = async () => {
      failing.fault = () => 'away';
      throw engineAway();
    };
    await host.accept(message('e1', 'How?'));
    expect(await outcome('e1')).toMatchObject(UNAVAILABLE);
    failing.fault = () => undefined;
    await settledInTime('e1');
    expect(finished('e1')).toHaveLength(1);
  });

  it('is tried again while the queue is there, and says so meanwhile', async () => {
    const { host, script, adapter, outcomeInTime } = await openDispatch();
    script.ask = async () => {
      if (script.asked.length < 2) throw engineAway();
      return answer('Here again.');
    };
    await host.accept(message('e1', 'How?'));
    expect((await outcomeInTime('e1'))?.text).toBe('Here again.');
    expect(adapter.replies.get('e1')?.statuses.map(({ text }) => text)).toEqual([
      'Something that I need does not answer right now. I am trying again',
    ]);
  });
});

describe('a question that was queued when the queue went away from one of several processes', () => {
  it('waits for the queue, and says so', async () => {
    const { host, script, failing, clock, adapter, finished, settled } = await openDispatch({
      limits: { concurrency: 1 },
      answersAlone: false,
    });
    let end: (() => void) | undefined;
    script.ask = ({ input: { question } }) =>
      question === 'slow'
        ? new Promise((resolve) => {
            end = () => resolve(answer(question));
          })
        : Promise.resolve(answer(question));
    await host.accept(message('e1', 'slow', { thread: 'a' }));
    await eventually('the first question running', () => end !== undefined);
    await host.accept(message('e2', 'two'));
    failing.fault = () => 'away';
    await clock.advance(10_000);
    expect(finished('e2')).toEqual([]);
    expect(adapter.replies.get('e2')?.statuses.at(-1)?.text).toMatch(/as soon as it is back/);
    failing.fault = () => undefined;
    end?.();
    await settled('e2');
    expect(finished('e2')).toMatchObject([{ text: 'two' }]);
  });

  it('is answered and kept before it is told, so that nobody tells it again', async () => {
    const { host, script, failing, clock, adapter, finished, outcomeInTime } = await openDispatch({
      answersAlone: false,
    });
    script.ask = async () => {
      failing.fault = () => 'away';
      return answer('Told.');
    };
    await host.accept(message('e1', 'How?'));
    await eventually('a word on the wait', () =>
      /I am trying again/.test(adapter.replies.get('e1')?.statuses.at(-1)?.text ?? ''),
    );
    await clock.advance(10_000);
    expect(finished('e1')).toEqual([]);
    failing.fault = () => undefined;
    expect((await outcomeInTime('e1'))?.text).toBe('Told.');
    expect(finished('e1')).toHaveLength(1);
    expect(script.asked).toHaveLength(1);
  });

  it('lets new questions be answered without the queue, which has not taken them', async () => {
    const { host, failing, outcome } = await openDispatch({ answersAlone: false });
    failing.fault = () => 'away';
    expect(await host.accept(message('e1', 'How?'))).toBe('accepted');
    expect(await outcome('e1')).toMatchObject({ text: 'Answer to How?' });
  });
});
