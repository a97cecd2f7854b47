import { describe, expect, it } from 'vitest';
import type { ChatEvent } from '../../../src/core/chat/chat-event.js';
import { creatorIdSchema } from '../../../src/core/ids.js';
import type { Fault } from '../../support/failing-engine.js';
import { eventually } from '../../support/eventually.js';
import { settle } from '../../support/fake-clock.js';
import { answer, command, message, openDispatch } from './dispatch-harness.js';

const coach = creatorIdSchema.parse('coach');
const UNAVAILABLE = { kind: 'error', data: { code: 'ENGINE_UNAVAILABLE' } };

/** A dispatcher whose stores and queue fail from the start, until the test heals them. */
async function openOutage(options: Parameters<typeof openDispatch>[0] = {}, fault: Fault = 'away') {
  const dispatch = await openDispatch(options);
  dispatch.failing.fault = () => fault;
  return {
    ...dispatch,
    heal(): void {
      dispatch.failing.fault = () => undefined;
    },
  };
}

const elsewhere = (event: ChatEvent, channelId: string): ChatEvent => ({
  ...event,
  address: { ...event.address, channelId },
});

describe('a question while the queue is away', () => {
  it('is answered at once, once', async () => {
    const { host, outcome, finished, script } = await openOutage();
    expect(await host.accept(message('e1', 'How?'))).toBe('accepted');
    expect(await outcome('e1')).toMatchObject({ kind: 'answer', text: 'Answer to How?' });
    await settle();
    expect({ asked: script.asked, finished: finished('e1').length }).toEqual({ asked: ['How?'], finished: 1 });
  });

  it('is taken within two and a half seconds by a queue that is silent, and answered', async () => {
    const { host, outcome, finished, clock, failing } = await openOutage({}, 'silent');
    let accepted: string | undefined;
    void host.accept(message('e1', 'How?')).then((acceptance) => (accepted = acceptance));
    await clock.advance(2_500);
    expect(accepted).toBe('accepted');
    expect((await outcome('e1'))?.text).toBe('Answer to How?');
    await clock.advance(10_000);
    expect(failing.calls.filter((call) => call === 'coordinator.enqueue')).toHaveLength(1);
    expect(finished('e1')).toHaveLength(1);
  });

  it('is answered in a channel whose link was read within five minutes, and not a moment longer', async () => {
    const { host, services, failing, outcome, clock } = await openDispatch();
    const asked = (id: string): ChatEvent => message(id, 'How?', { creator: null });
    await services.links.link(asked('link').address, {
      creatorId: coach,
      wholeWorkspace: false,
      ingestion: 'managers',
    });
    await services.links.find(asked('link').address);
    failing.fault = () => 'away';
    await clock.advance(299_999);
    await host.accept(asked('e1'));
    expect(await outcome('e1')).toMatchObject({ kind: 'answer' });
    await clock.advance(1);
    await host.accept(asked('e2'));
    expect(await outcome('e2')).toMatchObject(UNAVAILABLE);
  });

  it.each(['away', 'silent'] as const)(
    'is told once to come again in other channels, by a store that is %s',
    async (fault) => {
      const { host, clock, finished, script } = await openOutage({}, fault);
      const accepting = host.accept(message('e1', 'How?', { creator: null }));
      await clock.advance(6_000);
      expect(await accepting).toBe('accepted');
      expect(finished('e1')).toMatchObject([UNAVAILABLE]);
      expect(finished('e1')[0]?.text).toMatch(/temporarily unavailable.*Try again in a minute/s);
      expect(script.asked).toEqual([]);
    },
  );

  it('is not answered again when the platform delivers it again, during the outage or after it', async () => {
    const { host, outcome, heal, script } = await openOutage();
    await host.accept(message('e1', 'How?'));
    expect(await host.accept(message('e1', 'How?'))).toBe('duplicate');
    await outcome('e1');
    heal();
    expect(await host.accept(message('e1', 'How?'))).toBe('duplicate');
    await settle();
    expect(script.asked).toEqual(['How?']);
  });

  it('is not answered again when it is delivered again before it was taken', async () => {
    const { host, outcome, clock, script } = await openOutage({}, 'silent');
    const accepting = Promise.all([host.accept(message('e1', 'How?')), host.accept(message('e1', 'How?'))]);
    await clock.advance(2_500);
    expect(await accepting).toEqual(['accepted', 'duplicate']);
    await outcome('e1');
    expect(script.asked).toEqual(['How?']);
  });

  it('is not answered again when it was queued before the outage', async () => {
    const { host, outcome, failing, script } = await openDispatch();
    await host.accept(message('e1', 'How?'));
    await outcome('e1');
    failing.fault = () => 'away';
    expect(await host.accept(message('e1', 'How?'))).toBe('duplicate');
    await settle();
    expect(script.asked).toEqual(['How?']);
  });

  it('is not answered again when the queue had kept it after all', async () => {
    const { host, clock, settled, failing, outcome, finished, script } = await openDispatch();
    failing.fault = (call) => (call === 'coordinator.enqueue' ? 'unheard' : undefined);
    script.ask = async ({ input: { question } }) => {
      await settle();
      return answer(question);
    };
    const accepting = host.accept(message('e1', 'How?'));
    await clock.advance(2_500);
    expect(await accepting).toBe('accepted');
    await outcome('e1');
    await settled('e1');
    expect({ asked: script.asked, finished: finished('e1').length }).toEqual({ asked: ['How?'], finished: 1 });
  });

  it('is told by the queue that had kept it after all, when the platform was away too', async () => {
    const { host, clock, failing, adapter, script, outcome } = await openDispatch({ limits: { concurrency: 1 } });
    let end: (() => void) | undefined;
    script.ask = ({ input: { question } }) =>
      new Promise((resolve) => {
        end = () => resolve(answer(question));
        if (question !== 'slow') end();
      });
    await host.accept(message('e1', 'slow', { thread: 'other' }));
    await eventually('the first question running', () => end !== undefined);
    failing.fault = (call) => (call === 'coordinator.enqueue' ? 'unheard' : undefined);
    let wasAway = false;
    adapter.onFinish = ({ id }) => {
      if (id !== 'e2' || wasAway) return;
      wasAway = true;
      throw new Error('503');
    };
    const endSlow = end;
    const accepting = host.accept(message('e2', 'two'));
    await clock.advance(2_500);
    expect(await accepting).toBe('accepted');
    await eventually('the platform being away', () => wasAway);
    endSlow?.();
    expect((await outcome('e2'))?.text).toBe('two');
  });

  it('waits for the questions before it in its thread, and for no others', async () => {
    const { host, script, finished, adapter } = await openOutage();
    const open = new Map<string, () => void>();
    script.ask = ({ input: { question } }) =>
      new Promise((resolve) => {
        open.set(question, () => resolve(answer(question)));
      });
    for (const id of ['e1', 'e2']) await host.accept(message(id, id));
    await host.accept(message('e3', 'e3', { thread: 'other' }));
    await eventually('two questions running', () => open.size === 2);
    expect([...open.keys()]).toEqual(['e1', 'e3']);
    open.get('e1')?.();
    await eventually('the next question', () => open.has('e2'));
    for (const end of open.values()) end();
    await eventually('all answers', () => finished('e2').length + finished('e3').length === 2);
    expect(adapter.finishedEvents[0]).toBe('e1');
  });

  it('keeps the bound of questions that run at once', async () => {
    const { host, script } = await openOutage({ limits: { concurrency: 2 } });
    script.ask = () => new Promise(() => {});
    for (const thread of ['a', 'b', 'c']) await host.accept(message(thread, thread, { thread }));
    await eventually('two questions running', () => script.asked.length === 2);
    await settle();
    expect(script.asked).toEqual(['a', 'b']);
  });

  it('is given back to the platform when a hundred others wait', async () => {
    const { host, script } = await openOutage();
    script.ask = () => new Promise(() => {});
    for (let index = 0; index < 100; index++) await host.accept(message(`e${index}`, 'How?', { thread: `t${index}` }));
    await expect(host.accept(message('one more', 'How?'))).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  });

  it('counts against the rate of the person who asks', async () => {
    const { host, outcome } = await openOutage({ limits: { memberPerMinute: 1 } });
    await host.accept(message('e1', 'How?'));
    await host.accept(message('e2', 'And why?'));
    expect(await outcome('e1')).toMatchObject({ kind: 'answer' });
    expect(await outcome('e2')).toMatchObject({ kind: 'error', data: { code: 'RATE_LIMITED' } });
  });

  it('begins a talk that goes on without a mention, also after the outage', async () => {
    const { host, services, failing, outcome, clock, folder, close } = await openDispatch();
    const said = (id: string, mention: boolean): ChatEvent => message(id, id, { creator: null, mention });
    await services.links.link(said('link', true).address, {
      creatorId: coach,
      wholeWorkspace: false,
      ingestion: 'managers',
    });
    await services.links.find(said('link', true).address);
    failing.fault = () => 'away';
    await host.accept(said('e1', true));
    expect(await host.accept(said('e2', false))).toBe('accepted');
    expect((await outcome('e2'))?.text).toBe('Answer to e2');
    failing.fault = () => undefined;
    await clock.advance(1);
    expect(await host.accept(said('e3', false))).toBe('accepted');
    expect((await outcome('e3'))?.text).toBe('Answer to e3');
    await close();
    const restarted = await openDispatch({ folder, clock });
    expect(await restarted.host.accept(said('e4', false))).toBe('accepted');
  });

  it('is let end when the process stops, or told that it cannot be', async () => {
    const { host, script, dispatcher, clock, finished } = await openOutage();
    let end: (() => void) | undefined;
    script.ask = ({ input: { question } }) =>
      new Promise((resolve) => {
        if (question === 'quick') end = () => resolve(answer('Just in time.'));
      });
    await host.accept(message('e1', 'quick', { thread: 'a' }));
    await host.accept(message('e2', 'slow', { thread: 'b' }));
    await eventually('both running', () => script.asked.length === 2 && end !== undefined);
    const stopped = dispatcher.stop(1_000);
    end?.();
    await clock.advance(1_000);
    await stopped;
    expect(finished('e1')).toMatchObject([{ text: 'Just in time.' }]);
    expect(finished('e2')).toMatchObject([UNAVAILABLE]);
  });
});

describe('anything else while the queue is away', () => {
  it.each([
    { what: 'an upload', event: message('e1', '', { role: 'manager', files: ['a.pdf'] }) },
    { what: 'a command that changes something', event: command('e1', 'erase', {}, { role: 'operator' }) },
  ])('tells that $what was not taken, and does nothing', async ({ event }) => {
    const { host, outcome, finished, heal, lines } = await openOutage();
    expect(await host.accept(event)).toBe('refused');
    expect(await outcome('e1')).toMatchObject(UNAVAILABLE);
    heal();
    await settle();
    expect(finished('e1')).toHaveLength(1);
    expect(lines.filter(({ event: line }) => line === 'event.settled')).toMatchObject([
      { fields: { outcome: 'error' } },
    ]);
  });

  it('runs what changes nothing', async () => {
    const { host, outcome } = await openOutage();
    await host.accept(command('e1', 'look', { days: '3' }));
    expect((await outcome('e1'))?.text).toBe('coach 3');
  });

  it('says of an unknown command that there is none', async () => {
    const { host, outcome } = await openOutage();
    await host.accept(command('e1', 'nonsense'));
    expect(await outcome('e1')).toMatchObject({ data: { code: 'COMMAND_UNKNOWN' } });
  });

  it.each(['away', 'silent'] as const)('stays silent on the talk of others, by a store that is %s', async (fault) => {
    const { host, adapter, clock } = await openOutage({}, fault);
    const accepting = host.accept(elsewhere(message('e1', 'Lunch?', { creator: null, mention: false }), 'unknown'));
    await clock.advance(10_000);
    expect(await accepting).toBe('ignored');
    expect(adapter.replies.size).toBe(0);
  });
});
