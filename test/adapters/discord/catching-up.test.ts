import { ChannelType } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { addressIn } from '../../../src/adapters/discord/api/places.js';
import { firstIdAt } from '../../../src/adapters/discord/api/wire.js';
import { eventIdFor } from '../../../src/adapters/discord/events/event-id.js';
import { createWatchedThreads, watchedCollection } from '../../../src/adapters/discord/gateway/watched-threads.js';
import type { ChatEvent } from '../../../src/core/chat/chat-event.js';
import { notice } from '../../../src/core/chat/outgoing-message.js';
import { SYSTEM_SCOPE } from '../../../src/core/ports/record-store.js';
import type { Channel } from '../../support/discord/world.js';
import { openEmbeddedStores } from '../../support/embedded-stores.js';
import { eventually } from '../../support/eventually.js';
import { createFakeClock } from '../../support/fake-clock.js';
import { createRecordingLogger } from '../../support/recording-logger.js';
import { silentLogger } from '../../support/silent-logger.js';
import { openDocent, shows, threadOf, written } from './open-docent.js';
import { type Speaker, openSpeaker } from './open-speaker.js';

const never = new AbortController().signal;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

async function openWatching(options: Parameters<typeof openSpeaker>[0] = {}) {
  const logger = createRecordingLogger();
  const speaker = await openSpeaker({ ...options, logger });
  return { speaker, lines: logger.lines };
}

/** A thread that an answer opened. */
async function answeredThread({ adapter, guild, mention }: Speaker): Promise<Channel> {
  const event = await mention();
  await (await adapter.openReply(event, never)).finish({ ...notice('Within ten days.'), kind: 'answer' });
  return guild.channels.get(event.address.threadId ?? '') as Channel;
}

/** What the host got in a thread, in order, after the question that opened it. */
const saidIn = (events: readonly ChatEvent[], { id }: Channel): string[] =>
  events
    .filter(({ address }) => address.threadId === id)
    .map(({ body }) => (body.kind === 'message' ? body.text : ''))
    .slice(1);

const numbered = (word: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${word} ${index + 1}`);

describe('what was said while Docent was away', () => {
  it('is taken once, as far as it is not too old, in order, and at most 50 messages of a thread', async () => {
    const { speaker, lines } = await openWatching({ settings: { catchUpMinutes: 30 } });
    const { clock, member, host } = speaker;
    const quiet = await answeredThread(speaker);
    const busy = await answeredThread(speaker);
    await speaker.restart(async () => {
      for (const text of numbered('too old', 60)) member.post(quiet, text);
      await clock.advance(31 * MINUTE_MS);
      member.post(quiet, 'in time');
      await clock.advance(29 * MINUTE_MS);
      for (const text of numbered('late', 60)) member.post(busy, text);
    });
    await eventually('it caught up', () => lines.some(({ event }) => event === 'discord.caught-up'));
    expect(saidIn(host.events, quiet)).toEqual(['in time']);
    expect(saidIn(host.events, busy)).toEqual(numbered('late', 50));
    expect(lines.filter(({ event }) => event === 'discord.thread-caught-up-in-part')).toHaveLength(1);
  });

  it('is taken in a thread that was quiet for weeks, as long as Docent takes part there', async () => {
    const { speaker, lines } = await openWatching();
    const { clock, member, host } = speaker;
    const left = await answeredThread(speaker);
    await speaker.restart(() => clock.advance(2 * DAY_MS));
    const quiet = await answeredThread(speaker);
    await speaker.restart(async () => {
      await clock.advance(29 * DAY_MS);
      member.post(left, 'nobody listens');
      member.post(quiet, 'missed');
    });
    await eventually('it caught up', () => lines.some(({ event }) => event === 'discord.caught-up'));
    expect(saidIn(host.events, quiet)).toEqual(['missed']);
    expect(saidIn(host.events, left)).toEqual([]);
  });

  it('is looked for where there is most hope first, and of places that were left nothing is kept', async () => {
    const clock = createFakeClock();
    const { engines } = await openEmbeddedStores(clock);
    const watched = createWatchedThreads({ recordStore: engines.recordStore, clock, logger: silentLogger });
    const hear = (channelId: string): Promise<void> => {
      const address = addressIn({ id: channelId, type: ChannelType.DM }, undefined, null);
      return watched.note({ address, id: eventIdFor(firstIdAt(clock.now())) } as ChatEvent);
    };
    const ids = (from: number): string[] => Array.from({ length: 60 }, (_, index) => String(from + index));
    for (const id of ids(10_000)) await hear(id);
    await clock.advance(31 * DAY_MS);
    for (const id of ids(20_000)) {
      await clock.advance(1_000);
      await hear(id);
    }
    expect((await watched.newestFirst()).map(({ channelId }) => channelId)).toEqual(ids(20_000).toReversed());
    const kept = await engines.recordStore.list(watchedCollection, SYSTEM_SCOPE, { limit: 1_000 });
    expect(kept.map(({ id }) => id)).toEqual(ids(20_000));
  });

  it('is not looked for where the settings say so', async () => {
    const { speaker } = await openWatching({ settings: { catchUpMinutes: 0 } });
    const { server, channel, member, host } = speaker;
    const thread = await answeredThread(speaker);
    await speaker.restart(() => void member.post(thread, 'missed'));
    await speaker.nextEvent(() => member.post(channel, `<@${server.bot.id}> heard`));
    expect(saidIn(host.events, thread)).toEqual([]);
    expect(server.requests.filter(({ query }) => query.has('after'))).toEqual([]);
  });

  it('is looked for again where Discord failed', async () => {
    const { speaker, lines } = await openWatching();
    const { server, clock, member, host } = speaker;
    const thread = await answeredThread(speaker);
    server.failNext({ method: 'GET', path: /\/messages$/, status: 502, times: 4 });
    await speaker.restart(() => void member.post(thread, 'missed'));
    await eventually('it failed', () => lines.some(({ event }) => event === 'discord.thread-not-caught-up'));
    expect(saidIn(host.events, thread)).toEqual([]);
    await clock.advance(10_000);
    await eventually('it is there', () => saidIn(host.events, thread).length === 1);
    expect(saidIn(host.events, thread)).toEqual(['missed']);
  });

  it('is answered once and first, also where more is heard in the thread meanwhile', async () => {
    const docent = await openDocent({ server: { maxConcurrency: 16 } });
    const { server, channel, member } = docent;
    const ask = (text: string): Promise<Channel> =>
      threadOf(docent, member.post(channel, `<@${server.bot.id}> ${text}`));
    await docent.link();
    await docent.addDocument();
    const thread = await ask('When are refunds paid?');
    await shows(() => thread.messages, /within ten days/);
    await docent.stop();
    const missed = member.post(thread, 'How much water before a long run?');
    let release = (): void => {};
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    server.failNext({ method: 'GET', path: /\/messages$/, until });
    await docent.start();
    await eventually('it looks', () => server.requests.some(({ query }) => query.has('after')));
    const heard = member.post(thread, 'How many hours of sleep?');
    // What comes later in another channel is answered: the one before was heard too.
    const other = await ask('When are refunds paid?');
    await shows(() => other.messages, /within ten days/);
    expect(written(thread)).toHaveLength(3);
    release();
    await shows(() => thread.messages, /Eight hours/);
    await docent.stop();
    const answers = written(thread).filter(({ author }) => author.id === server.bot.id);
    expect(answers.map(({ message_reference: reference }) => reference?.message_id)).toEqual([
      undefined,
      missed.id,
      heard.id,
    ]);
    expect(answers.map(({ content }) => /half a litre|Eight hours/.exec(content)?.[0])).toEqual([
      undefined,
      'half a litre',
      'Eight hours',
    ]);
  });
});
