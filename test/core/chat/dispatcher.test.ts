import { describe, expect, it } from 'vitest';
import { DocentError } from '../../../src/core/errors.js';
import { creatorIdSchema } from '../../../src/core/ids.js';
import { eventually } from '../../support/eventually.js';
import { createFakeChatAdapter } from '../../support/fake-chat-adapter.js';
import { settle } from '../../support/fake-clock.js';
import { answer, command, message, openDispatch } from './dispatch-harness.js';

const coach = creatorIdSchema.parse('coach');

describe('dispatcher', () => {
  it('answers a question with one message', async () => {
    const { host, outcome, settled, adapter } = await openDispatch();
    expect(await host.accept(message('e1', 'How?'))).toBe('accepted');
    expect(await outcome('e1')).toMatchObject({ kind: 'answer', text: 'Answer to How?' });
    await settled('e1');
    expect(adapter.replies.get('e1')).toMatchObject({ opened: 1, finished: [{}] });
  });

  it('answers a redelivered event once', async () => {
    const { host, outcome, settled, script } = await openDispatch();
    await host.accept(message('e1', 'How?'));
    await outcome('e1');
    await settled('e1');
    expect(await host.accept(message('e1', 'How?'))).toBe('duplicate');
    await settle();
    expect(script.asked).toEqual(['How?']);
  });

  it('answers the questions of a thread in order, one after another', async () => {
    const { host, script, adapter, finished } = await openDispatch();
    let running = 0;
    script.ask = async ({ input }) => {
      expect(++running).toBe(1);
      await settle();
      running--;
      return answer(input.question);
    };
    for (const id of ['e1', 'e2', 'e3']) await host.accept(message(id, id));
    await eventually('all answers', () => finished('e3').length > 0);
    expect(adapter.finishedEvents).toEqual(['e1', 'e2', 'e3']);
  });

  it('stops an event at its deadline, unless its command may take longer', async () => {
    const { host, script, clock, outcome, finished } = await openDispatch();
    const signals: AbortSignal[] = [];
    script.ask = ({ signal }) =>
      new Promise((_resolve, reject) => {
        signals.push(signal);
        signal.addEventListener('abort', () => reject(signal.reason as Error));
      });
    await host.accept(message('question', 'How?', { thread: 'a' }));
    await host.accept(command('download', 'download', { question: 'model' }, { thread: 'b' }));
    await eventually('both running', () => signals.length === 2);
    await clock.advance(60_000);
    expect(await outcome('question')).toMatchObject({ kind: 'error', text: expect.stringContaining('took too long') });
    expect(finished('download')).toEqual([]);
    await clock.advance(540_000);
    expect(await outcome('download')).toMatchObject({ kind: 'error' });
  });

  it('answers threads side by side, and lets one creator take no more than its share', async () => {
    const { host, script, finished } = await openDispatch();
    const open: (() => void)[] = [];
    script.ask = ({ input }) =>
      new Promise((resolve) => {
        open.push(() => resolve(answer(input.question)));
      });
    for (const id of ['a1', 'a2', 'a3']) await host.accept(message(id, id, { thread: id }));
    await host.accept(message('b1', 'b1', { thread: 'b1', creator: 'team' }));
    await eventually('three questions running', () => script.asked.length === 3);
    await settle();
    expect([...script.asked].sort()).toEqual(['a1', 'a2', 'b1']);
    while (finished('a3').length === 0) {
      open.splice(0).forEach((finish) => finish());
      await settle();
    }
  });

  it('runs what changes nothing without waiting for the thread', async () => {
    const { host, script, outcome } = await openDispatch();
    script.ask = () => new Promise(() => {});
    await host.accept(message('e1', 'slow'));
    await host.accept(command('e2', 'look', { days: '3' }));
    expect((await outcome('e2'))?.text).toBe('coach 3');
  });

  it('stops an event at its deadline and says so', async () => {
    const { host, script, clock, outcome } = await openDispatch();
    let signal: AbortSignal | undefined;
    script.ask = (context) => {
      ({ signal } = context);
      return new Promise(() => {});
    };
    await host.accept(message('e1', 'slow'));
    await eventually('the question running', () => signal !== undefined);
    await clock.advance(60_000);
    expect(await outcome('e1')).toMatchObject({ kind: 'error', data: { code: 'TIMED_OUT' } });
    expect(signal?.aborted).toBe(true);
  });

  it('drops what a late command still writes', async () => {
    const { host, script, clock, outcome, adapter } = await openDispatch();
    let late: (() => Promise<void>) | undefined;
    script.ask = ({ reply }) => {
      late = () => reply.append('too late');
      return new Promise(() => {});
    };
    await host.accept(message('e1', 'slow'));
    await eventually('the question running', () => late !== undefined);
    await clock.advance(60_000);
    await outcome('e1');
    await late?.();
    expect(adapter.replies.get('e1')?.streamed).toBe('');
  });

  it('tries again what may pass, and tells one outcome', async () => {
    const { host, script, outcomeInTime, finished } = await openDispatch();
    let tries = 0;
    script.ask = async () => {
      if (++tries < 3)
        throw new DocentError('ENGINE_UNAVAILABLE', { userMessage: 'The store is away.', retryable: true });
      return answer('Here again.');
    };
    await host.accept(message('e1', 'How?'));
    expect((await outcomeInTime('e1'))?.text).toBe('Here again.');
    expect(finished('e1')).toHaveLength(1);
  });

  it('gives up after four tries with the error, and counts the failed question once', async () => {
    const { host, script, outcomeInTime, finished, services } = await openDispatch();
    let tries = 0;
    script.ask = async () => {
      tries++;
      throw new DocentError('ENGINE_UNAVAILABLE', { userMessage: 'The store is away.', retryable: true });
    };
    await host.accept(message('e1', 'How?'));
    expect(await outcomeInTime('e1')).toMatchObject({ kind: 'error', data: { code: 'ENGINE_UNAVAILABLE' } });
    expect({ tries, finished: finished('e1').length }).toEqual({ tries: 4, finished: 1 });
    expect((await services.metrics.summary(coach, { days: 1 })).outcomes.error).toBe(1);
  });

  it('never shows an exception, and logs it once under the reference that it shows', async () => {
    const { host, script, outcome, settled, lines } = await openDispatch();
    script.ask = async () => {
      throw new TypeError("Cannot read properties of undefined (reading 'secret')");
    };
    await host.accept(message('e1', 'How?'));
    const shown = await outcome('e1');
    await settled('e1');
    expect(shown?.text).not.toMatch(/TypeError|secret|\bat \//);
    const [line, ...others] = lines.filter(({ event }) => event === 'event.settled');
    expect(others).toEqual([]);
    expect(line).toMatchObject({ level: 'error', fields: { code: 'INTERNAL', attempt: 1 } });
    expect(shown?.text).toContain(String(line?.fields['correlationId']));
  });

  it('never logs what was said', async () => {
    const { host, outcome, settled, lines } = await openDispatch();
    await host.accept(message('e1', 'my salary is a secret'));
    await outcome('e1');
    await settled('e1');
    expect(JSON.stringify(lines)).not.toContain('salary');
  });

  it('finishes the same reply again, without doing the work again, when the platform was away', async () => {
    const { host, script, adapter, outcomeInTime } = await openDispatch();
    let tries = 0;
    adapter.onFinish = () => {
      if (++tries < 3) throw new Error('503');
    };
    await host.accept(message('e1', 'How?'));
    expect((await outcomeInTime('e1'))?.text).toBe('Answer to How?');
    expect({ tries, asked: script.asked.length }).toEqual({ tries: 3, asked: 1 });
  });

  it('tells after a kill what was settled before it, without doing the work again', async () => {
    const first = await openDispatch();
    let killed = false;
    first.adapter.onFinish = async () => {
      await first.close();
      killed = true;
      return new Promise(() => {});
    };
    await first.host.accept(message('e1', 'How?'));
    await eventually('the kill', () => killed);
    first.adapter.onFinish = () => {};
    const second = await openDispatch({ folder: first.folder, clock: first.clock, adapter: first.adapter });
    expect((await second.outcome('e1'))?.text).toBe('Answer to How?');
    expect(second.script.asked).toEqual([]);
  });

  it('answers after a kill what the killed process had accepted, in the same reply', async () => {
    const adapter = createFakeChatAdapter();
    let isKilled = false;
    const dying = createFakeChatAdapter();
    dying.openReply = (event, signal) => (isKilled ? new Promise(() => {}) : adapter.openReply(event, signal));
    const first = await openDispatch({ adapter: dying });
    first.script.ask = () => new Promise(() => {});
    await first.host.accept(message('e1', 'How?'));
    await eventually('the question running', () => first.script.asked.length === 1);
    isKilled = true;
    await first.close();

    const second = await openDispatch({ folder: first.folder, clock: first.clock, adapter });
    expect((await second.outcome('e1'))?.text).toBe('Answer to How?');
    expect(second.adapter.replies.get('e1')).toMatchObject({ opened: 2, finished: [{}] });
  });

  it('lets running work end when it stops, and leaves the rest to the next process', async () => {
    const first = await openDispatch({ limits: { concurrency: 1 } });
    let end: (() => void) | undefined;
    first.script.ask = ({ input }) =>
      new Promise((resolve) => {
        end = () => resolve(answer(input.question));
      });
    await first.host.accept(message('e1', 'one', { thread: 'one' }));
    await first.host.accept(message('e2', 'two', { thread: 'two' }));
    await eventually('the first question running', () => end !== undefined);
    const stopped = first.dispatcher.stop(10_000);
    end?.();
    await stopped;
    expect(first.finished('e1')).toHaveLength(1);
    expect(first.finished('e2')).toHaveLength(0);
    await first.close();

    const second = await openDispatch({ folder: first.folder, clock: first.clock, adapter: first.adapter });
    expect((await second.outcome('e2'))?.text).toBe('Answer to two');
  });

  it('leaves the reply to the job that took it over', async () => {
    const { host, settled, finished } = await openDispatch();
    await host.accept(message('e1', '', { role: 'manager', files: ['a.pdf'] }));
    await settled('e1');
    expect(finished('e1')).toEqual([]);
  });

  it('says that running and waiting work of a thread was stopped when it is cancelled', async () => {
    const { host, script, outcome, finished } = await openDispatch();
    script.ask = ({ signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error));
      });
    const elsewhere = message('e3', 'elsewhere', { thread: 'other' });
    await host.accept(message('e1', 'one'));
    await host.accept(message('e2', 'two'));
    await host.accept(elsewhere);
    await eventually('the questions running', () => script.asked.length === 2);
    expect(await host.cancel(message('e4', '').address)).toBe(2);
    expect((await outcome('e2'))?.text).toMatch(/^Stopped/);
    expect((await outcome('e1'))?.text).toMatch(/^Stopped/);
    expect(script.asked).toEqual(['one', 'elsewhere']);
    expect(finished('e3')).toEqual([]);
    expect(await host.cancel(message('e4', '').address)).toBe(0);
    expect(await host.cancel(elsewhere.address)).toBe(1);
  });

  it('refuses events that are none, and events of another platform', async () => {
    const { host } = await openDispatch();
    await expect(host.accept({ ...message('e1', 'x'), receivedAt: 0.5 })).rejects.toMatchObject({ code: 'INTERNAL' });
    const foreign = message('e2', 'x');
    await expect(host.accept({ ...foreign, address: { ...foreign.address, platform: 'other' } })).rejects.toMatchObject(
      { code: 'INTERNAL' },
    );
  });

  it('keeps nothing of what was said once the event is done', async () => {
    const { host, outcome, settled, engines } = await openDispatch();
    await host.accept(message('e1', 'How?'));
    await outcome('e1');
    await settled('e1');
    expect(await engines.coordinator.status('events', 'e1')).toMatchObject({ payload: null, progress: null });
  });
});
