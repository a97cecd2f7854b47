import { describe, expect, it } from 'vitest';
import { DocentError } from '../../../src/core/errors.js';
import type { ChatHost } from '../../../src/core/ports/chat-adapter.js';
import { eventually } from '../../support/eventually.js';
import { createFakeClock } from '../../support/fake-clock.js';
import { type OpenedSlack, openSlack } from './open-slack.js';

/** What the person alone was shown. */
const ephemeralsOf = ({ server }: OpenedSlack, who: { readonly id: string }): string[] =>
  server.screen.ephemerals(who.id).map(({ text }) => text);

/** A host that has kept nothing yet when Slack stops waiting. */
async function openSlow(host: Partial<ChatHost> = {}) {
  const clock = createFakeClock();
  let calls = 0;
  let keep: (outcome: 'accepted' | 'duplicate') => void = () => {};
  let refuse: (error: Error) => void = () => {};
  const kept = new Promise<'accepted' | 'duplicate'>((resolve, reject) => {
    keep = resolve;
    refuse = reject;
  });
  const accept = async () => {
    calls += 1;
    return kept;
  };
  const slack = await openSlack({ clock, host: { accept, ...host } });
  const isAsked = () => calls > 0;
  return { slack, clock, keep, refuse, isAsked };
}

describe('what takes longer than Slack waits', () => {
  it('is acknowledged before, and tells later what went wrong', async () => {
    const { slack, clock, refuse, isAsked } = await openSlow();
    const delivery = slack.ada.command('/docent', 'stats', slack.channel.id);
    await eventually('the command', isAsked);
    await clock.advance(2_900);
    await delivery.settled;
    expect(delivery.state).toBe('acknowledged');
    expect(ephemeralsOf(slack, slack.ada)).toEqual([]);
    refuse(new DocentError('QUEUE_FULL', { userMessage: 'Too many wait.' }));
    await eventually('the refusal', () => ephemeralsOf(slack, slack.ada).length === 1);
    expect(ephemeralsOf(slack, slack.ada)[0]).toContain('Too many wait.');
  });

  it.each([
    ['at the command where its form was opened', '/ask', (slack: OpenedSlack) => ephemeralsOf(slack, slack.ada)],
    [
      'in the own talk where there is no such place',
      'ask_docent',
      ({ server, ada }: OpenedSlack) => server.screen.direct(ada.id).map(({ text }) => text),
    ],
  ])('closes a form, and tells later what went wrong, %s', async (_where, opener, told) => {
    const { slack, clock, refuse, isAsked } = await openSlow();
    await (opener === '/ask' ? slack.ada.command('/ask', '', slack.channel.id) : slack.ada.globalShortcut(opener))
      .settled;
    await eventually('the form', () => slack.server.screen.modal(slack.ada.id) !== undefined);
    const delivery = slack.ada.submit({ question: 'How many days?' });
    await eventually('the command', isAsked);
    await clock.advance(2_900);
    await delivery.settled;
    expect(delivery.state).toBe('acknowledged');
    expect(slack.server.screen.modal(slack.ada.id)).toBeUndefined();
    refuse(new DocentError('QUEUE_FULL', { userMessage: 'Too many wait.' }));
    await eventually('the refusal', async () => {
      await clock.advance(500);
      return told(slack).some((text) => text.includes('Too many wait.'));
    });
  });

  it('is not awaited by the form for files, which opens without the creators', async () => {
    let isLooking = false;
    const { slack, clock } = await openSlow({
      suggest() {
        isLooking = true;
        return new Promise(() => {});
      },
    });
    await slack.ada.command('/ingest', '', slack.channel.id).settled;
    await eventually('the look', () => isLooking);
    await clock.advance(600);
    await eventually('the form', () => slack.server.screen.modal(slack.ada.id) !== undefined);
  });

  it('leaves no second question when it was known already', async () => {
    const { slack, keep } = await openSlow();
    keep('duplicate');
    await slack.ada.command('/ask', 'How many days?', slack.channel.id).settled;
    expect(slack.server.screen.channel(slack.channel.id)).toEqual([]);
  });
});
