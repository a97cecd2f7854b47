import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/system-clock.js';
import type { Channel } from '../../support/discord/world.js';
import { eventually } from '../../support/eventually.js';
import { type DiscordDocent, openDocent, shows, threadOf, written } from './open-docent.js';

const MINUTE_MS = 60_000;

/** A thread in which Docent answered half an hour ago; `shift` says how far Discord's clock is ahead of that of Docent. */
async function openThread(
  environment: Readonly<Record<string, string>>,
): Promise<{ docent: DiscordDocent; thread: Channel; shift(ms: number): void }> {
  let shiftMs = -30 * MINUTE_MS;
  const clock = { ...systemClock, now: () => systemClock.now() + shiftMs };
  const docent = await openDocent({ server: { clock, maxConcurrency: 16 }, environment });
  await docent.link();
  await docent.addDocument();
  const asked = docent.member.post(docent.channel, `<@${docent.server.bot.id}> When are refunds paid?`);
  const thread = await threadOf(docent, asked);
  await shows(() => thread.messages, /within ten days/);
  return { docent, thread, shift: (ms) => (shiftMs = ms) };
}

const answersIn = (thread: Channel, { server }: DiscordDocent): number =>
  written(thread).filter(({ author }) => author.id === server.bot.id).length;

describe('what was said on Discord while Docent was away', () => {
  it('is left unanswered beyond the age of the setting', async () => {
    const { docent, thread, shift } = await openThread({ DISCORD_CATCH_UP_MINUTES: '10' });
    const { member } = docent;
    await docent.stop();
    shift(-11 * MINUTE_MS);
    member.post(thread, 'How many hours of sleep?');
    shift(-9 * MINUTE_MS);
    member.post(thread, 'How much water before a long run?');
    await docent.start();
    await shows(() => thread.messages, /half a litre/);
    expect(answersIn(thread, docent)).toBe(2);
  });

  it('is looked at for fifty messages of a thread, and answered once each, also where the gateway tells of one again', async () => {
    const { docent, thread, shift } = await openThread({ DOCENT_QUESTIONS_PER_MINUTE: '1000' });
    const { member, server } = docent;
    await docent.stop();
    shift(0);
    for (let count = 0; count < 52; count += 1) member.post(thread, `How much water before a long run? (${count})`);
    await docent.start();
    server.gateway.repeatLast('MESSAGE_CREATE');
    // The line at the top of the thread and the answer under it are the first two of the fifty that are fetched.
    await eventually('the other 48 are answered', () => answersIn(thread, docent) >= 1 + 48);
    const again = member.post(docent.channel, `<@${server.bot.id}> When are refunds paid?`);
    const other = await threadOf(docent, again);
    await shows(() => other.messages, /within ten days/);
    expect(answersIn(thread, docent)).toBe(1 + 48);
  });
});
