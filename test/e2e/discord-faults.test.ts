import { describe, expect, it } from 'vitest';
import { openDocent, upload, written } from '../adapters/discord/open-docent.js';
import type { Channel } from '../support/discord/world.js';
import { eventually } from '../support/eventually.js';
import { createFakeClock } from '../support/fake-clock.js';

/** How many events people start; the long form is 1,000. */
const EVENTS = Number(process.env['DOCENT_TEST_DISCORD_EVENTS'] ?? 60);
/** Outcomes that may be on their way while more is asked. */
const MAX_OPEN = 20;
const ENOUGH_MS = 40 * 60_000;

/** How many outcomes there are of an event. */
type Outcomes = () => number;

/** Numbers below 1 that are the same in each run. */
function createChances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

describe('Discord at its worst', () => {
  it(
    'leaves every event with exactly one visible outcome',
    async () => {
      // Three seconds count on a clock that stands: how busy this machine is decides nothing.
      const docent = await openDocent({
        server: { clock: createFakeClock(Date.now()), maxConcurrency: 16 },
        environment: { DOCENT_QUESTIONS_PER_MINUTE: '10000' },
      });
      const { server, guild, channel, manager, member } = docent;
      await docent.link();
      await docent.addDocument();
      const chance = createChances(7);
      const question = (): string =>
        ['When are refunds paid?', 'How much water?', 'How many hours of sleep?'][Math.floor(chance() * 3)] ?? '';
      const inThread = (id: string): number => {
        const thread = guild.channels.get(id);
        return thread === undefined ? 0 : written(thread).filter(({ author }) => author.id === server.bot.id).length;
      };
      const ofBot = (place: Channel): number =>
        place.messages.filter(({ author }) => author.id === server.bot.id).length;

      const kinds: Record<string, () => Outcomes> = {
        mention() {
          const { id } = member.post(channel, `<@${server.bot.id}> ${question()}`);
          return () => inThread(id);
        },
        slash() {
          const run = member.useCommand(channel, 'ask', { question: question() });
          return () => inThread(run.messages[0]?.id ?? '');
        },
        thread() {
          const thread = guild.addThread(channel, { owner: member });
          member.post(thread, `<@${server.bot.id}> ${question()}`);
          return () => inThread(thread.id);
        },
        direct() {
          const person = guild.addMember();
          const direct = server.addDirectMessage(person);
          person.post(direct, question());
          return () => ofBot(direct);
        },
        private() {
          const run = manager.useCommand(channel, 'documents');
          return () => run.messages.filter(({ content }) => content.includes('handbook.md')).length;
        },
        file() {
          const run = manager.useCommand(channel, 'ingest', {
            file: upload(
              'handbook.md',
              '# Sleep\n\nEight hours of sleep restore tired muscles.\n\n# Water\n\nDrink half a litre of water.\n\n# Refunds\n\nRefunds are paid within ten days.',
            ),
          });
          return () => run.messages.filter(({ content }) => /can be asked|already known/.test(content)).length;
        },
      };
      const connected = (): Promise<void> =>
        eventually('the session is back', () => server.gateway.sessions.some(({ isConnected }) => isConnected));
      const faults: Record<string, () => void | Promise<void>> = {
        duplicate: () => server.gateway.repeatLast('MESSAGE_CREATE'),
        duplicateInteraction: () => server.gateway.repeatLast('INTERACTION_CREATE'),
        async reconnect() {
          server.gateway.repeatedAfterResume = 3;
          server.gateway.requestReconnect();
          await connected();
        },
        async cutLine() {
          server.gateway.cutConnections();
          await connected();
        },
        tooMany: () =>
          server.failNext({ status: 429, retryAfterS: 0.05, scope: 'shared', path: /^\/(?:channels|webhooks)/ }),
        badGateway: () => server.failNext({ status: 502, path: /^\/(?:channels|webhooks|interactions)/, times: 2 }),
        longBadGateway: () =>
          server.failNext({ status: 502, method: 'POST', path: /^\/channels\/\d+\/messages$/, times: 5 }),
        unknownPlace() {
          // What is known of the server is out of date, and Discord does not say how it is now.
          guild.addRole('Another');
          server.failNext({ status: 502, method: 'GET', path: /^\/(?:guilds|channels)\/\d+$/, times: 6 });
        },
        lostAnswer: () =>
          server.failNext({ cut: 'after', method: 'POST', path: /^\/(?:channels\/\d+\/messages|interactions)/ }),
        lostRequest: () => server.failNext({ cut: 'before', path: /^\/(?:channels|webhooks)/ }),
      };

      const events: { readonly kind: string; readonly outcomes: Outcomes }[] = [];
      const counts: Record<string, number> = {};
      const pick = <Value>(table: Record<string, Value>): [string, Value] =>
        Object.entries(table)[Math.floor(chance() * Object.keys(table).length)] as [string, Value];
      const open = (): number => events.filter(({ outcomes }) => outcomes() === 0).length;
      for (let index = 0; index < EVENTS; index++) {
        if (chance() < 0.5) {
          const [name, cause] = pick(faults);
          counts[name] = (counts[name] ?? 0) + 1;
          await cause();
        }
        const [kind, start] = pick(kinds);
        counts[kind] = (counts[kind] ?? 0) + 1;
        events.push({ kind, outcomes: start() });
        await eventually('there are not too many open', () => open() <= MAX_OPEN);
      }
      for (let before = open(); before > 0; before = open())
        await eventually('one more is answered', () => open() < before);
      const wrong = events.filter(({ outcomes }) => outcomes() !== 1).map(({ kind, outcomes }) => [kind, outcomes()]);
      process.stdout.write(
        `${JSON.stringify({ events: events.length, ...counts, withOneOutcome: events.length - wrong.length })}\n`,
      );
      expect(wrong).toEqual([]);
      expect(server.pings).toEqual([]);
    },
    ENOUGH_MS,
  );
});
