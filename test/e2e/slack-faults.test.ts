import { type IncomingMessage, type Server, createServer, request as forward } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { EVENTS_PATH } from '../../src/adapters/slack/app-surface.js';
import { startDocentProcess } from '../support/docent-process.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { describeWithAll } from '../support/obtained.js';
import { type ServerEngines, useServerEngines } from '../support/server-engines.js';
import type { Fault } from '../support/slack/behaviour.js';
import type { Person } from '../support/slack/person.js';
import type { Delivery } from '../support/slack/records.js';
import { startSlackStandIn } from '../support/slack/server.js';
import type { SlackStandIn } from '../support/slack/surface.js';
import type { Channel } from '../support/slack/world.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** Scripted events over HTTP and over sockets together; `DOCENT_SLACK_EVENTS=1000` for the long proof. */
const EVENTS = Number(process.env['DOCENT_SLACK_EVENTS'] ?? 80);
const REPLICAS = 2;
/** Things that happen before their outcomes are waited for. */
const ROUND = 10;
const CHANNELS = 8;
/** Slack's second retry comes a minute after the first. */
const PATIENCE_MS = 100_000;
/** A limit for what hangs: an event takes a second, most of it Slack's own pace of posts. */
const TIMEOUT_MS = 300_000 + EVENTS * 5_000;

const FAULTS: readonly Fault[] = [
  { kind: 'rate-limited', retryAfterSeconds: 1 },
  { kind: 'status', status: 503 },
  { kind: 'status-after', status: 500 },
  { kind: 'cut-before' },
  { kind: 'cut-after' },
];
const METHODS = [
  'chat.postMessage',
  'chat.startStream',
  'chat.appendStream',
  'chat.stopStream',
  'chat.update',
  'users.info',
  'conversations.replies',
  'assistant.threads.setStatus',
  'agents.sessions.setStatus',
];

/** Choices that are the same in every run. */
function createDice(seed: number) {
  let state = seed;
  const roll = (): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
  return {
    chance: (share: number): boolean => roll() < share,
    pick: <Item>(items: readonly Item[]): Item => items[Math.floor(roll() * items.length)] as Item,
    shuffle: <Item>(items: readonly Item[]): Item[] =>
      items
        .map((item) => ({ item, at: roll() }))
        .toSorted((one, other) => one.at - other.at)
        .map(({ item }) => item),
  };
}

/** Brings requests to the replicas in turn, as a load balancer does. */
async function startBalancer(ports: readonly number[]): Promise<string> {
  let turn = 0;
  const balancer: Server = createServer((incoming: IncomingMessage, outgoing) => {
    const { method, url, headers } = incoming;
    const port = ports[(turn += 1) % ports.length];
    const onward = forward({ host: '127.0.0.1', port, method, path: url, headers }, (response) => {
      outgoing.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(outgoing);
    });
    onward.on('error', () => outgoing.writeHead(502).end());
    incoming.pipe(onward);
  });
  balancer.listen(0, '127.0.0.1');
  await once(balancer, 'listening');
  onTestFinished(() => void balancer.close());
  return `http://127.0.0.1:${(balancer.address() as AddressInfo).port}`;
}

interface Fleet {
  readonly server: SlackStandIn;
  readonly people: readonly Person[];
  readonly channels: readonly Channel[];
  readonly mention: string;
}

/** A workspace, and replicas that share the work for it. */
async function startFleet({ environment }: ServerEngines, receiver: 'http' | 'socket'): Promise<Fleet> {
  const server = await startSlackStandIn();
  onTestFinished(() => server.close());
  const { id: teamId } = server.addWorkspace('Acme');
  const { botToken, botUserId } = server.install(teamId);
  const people = ['ada', 'grace', 'alan'].map((name) => server.addUser(teamId, name, 'owner'));
  const members = [...people.map(({ id }) => id), botUserId];
  const channels = Array.from({ length: CHANNELS }, (_, index) => server.addChannel(teamId, `room-${index}`, members));
  const folder = await temporaryFolder();
  const ports: number[] = [];
  const launch = async (): Promise<void> => {
    const port = await freePort();
    ports.push(port);
    const docent = startDocentProcess(['start'], folder, {
      ...environment,
      REDIS_KEY_PREFIX: `${receiver}:`,
      DOCENT_DATA_FOLDER: join(folder, `replica-${ports.length}`),
      DOCENT_WEB_PORT: String(port),
      DOCENT_QUESTIONS_PER_MINUTE: '1000',
      OLLAMA_NUM_PARALLEL: '8',
      SLACK_API_URL: server.apiUrl,
      SLACK_BOT_TOKEN: botToken,
      ...(receiver === 'socket'
        ? { SLACK_APP_TOKEN: server.app.appToken }
        : { SLACK_SIGNING_SECRET: server.app.signingSecret }),
    });
    await docent.printed(/Docent is ready/);
  };
  await launch();
  if (receiver === 'http') server.deliverTo({ events: `${await startBalancer(ports)}${EVENTS_PATH}` });
  const [first, lobby] = [people[0]!, channels[0]!];
  first.command('/docent', `link ${receiver}-course --whole-workspace`, lobby.id);
  await eventually('the link', () => server.screen.ephemerals(first.id).length === 1);
  // The others find the link that is there, rather than remember that there was none.
  while (ports.length < REPLICAS) await launch();
  const guide = {
    name: 'guide.md',
    bytes: new TextEncoder().encode('# Pool\n\nThe swimming pool is closed every Wednesday morning.'),
  };
  const { message } = first.post(lobby.id, { text: `<@${botUserId}>`, files: [guide] });
  await eventually(
    'the guide',
    () => server.screen.thread(lobby.id, message.ts).some(({ text }) => text.includes('can be asked about')),
    PATIENCE_MS,
  );
  return { server, people, channels, mention: `<@${botUserId}>` };
}

/** Something that happened, and how many outcomes of it people see. */
interface Happened {
  readonly what: string;
  outcomes(): number;
}

const QUESTION = 'When is the swimming pool closed?';

/** Lets something happen that Docent must answer. */
function createScript({ server, people, channels, mention }: Fleet, dice: ReturnType<typeof createDice>) {
  /** Messages of Docent's in a thread that say their last word. */
  const settledIn = (channelId: string, threadTs: string): number =>
    server.screen
      .thread(channelId, threadTs)
      .filter(({ isFromApp, metadata, stream }) => isFromApp && metadata !== undefined && stream !== 'in_progress')
      .length;
  const allIn = (channelId: string, threadTs: string): number =>
    server.screen.thread(channelId, threadTs).filter(({ isFromApp }) => isFromApp).length;
  /** What counts when nothing is half done. */
  const outcomesIn = (channelId: string, threadTs: string): number => {
    const settled = settledIn(channelId, threadTs);
    return settled === allIn(channelId, threadTs) ? settled : 0;
  };
  const threads: { channelId: string; ts: string; questions: number }[] = [];
  let asked = 0;
  const privately = (who: Person): number =>
    server.screen.ephemerals(who.id).length + server.screen.notices(who.id).length;

  const mentioned = (): Happened => {
    const channel = dice.pick(channels);
    const { message } = dice.pick(people).post(channel.id, { text: `${mention} ${QUESTION}` });
    const thread = { channelId: channel.id, ts: message.ts, questions: 1 };
    threads.push(thread);
    return { what: 'mention', outcomes: () => outcomesIn(channel.id, message.ts) - (thread.questions - 1) };
  };
  const followed = (): Happened => {
    const thread = threads.find(({ questions, channelId, ts }) => questions === 1 && outcomesIn(channelId, ts) === 1);
    if (thread === undefined) return mentioned();
    thread.questions += 1;
    dice.pick(people).post(thread.channelId, { text: `And ${QUESTION}`, threadTs: thread.ts });
    return { what: 'follow-up', outcomes: () => outcomesIn(thread.channelId, thread.ts) - 1 };
  };
  const direct = (): Happened => {
    const who = dice.pick(people);
    const { message } = who.tell({ text: QUESTION });
    return { what: 'direct message', outcomes: () => outcomesIn(message.channelId, message.ts) };
  };
  const slashed = (): Happened => {
    const channel = dice.pick(channels);
    const who = dice.pick(people);
    const text = `${QUESTION} (${(asked += 1)})`;
    const before = privately(who);
    who.command('/ask', text, channel.id);
    return {
      what: '/ask',
      outcomes() {
        const roots = server.screen
          .channel(channel.id)
          .filter((root) => root.text.includes(`(${text.split('(')[1] ?? ''}`));
        const answers = roots.reduce((sum, { ts }) => sum + outcomesIn(channel.id, ts), 0);
        return roots.length > 0 ? answers : Number(privately(who) > before);
      },
    };
  };
  return (): Happened => dice.pick([mentioned, mentioned, followed, direct, slashed])();
}

describeWithAll(['redis-server', 'chroma'], 'Slack with faults, redeliveries and two replicas', (parts) => {
  const engines = useServerEngines(parts);

  it.each(['http', 'socket'] as const)(
    'sees exactly one outcome of everything over %s',
    async (receiver) => {
      const dice = createDice(receiver === 'http' ? 1 : 2);
      const fleet = await startFleet(engines(), receiver);
      const { server } = fleet;
      const happen = createScript(fleet, dice);
      server.behaviour.limitsPostsPerChannel = true;
      const happened: Happened[] = [];
      let redelivered = 0;
      let faults = 0;
      let cuts = 0;
      for (let done = 0; done < EVENTS / 2; done += ROUND) {
        const known = server.deliveries.length;
        server.hold();
        const round = Array.from({ length: ROUND }, happen);
        for (let count = 0; count < ROUND / 2; count += 1, faults += 1)
          server.behaviour.faults.push({
            method: dice.pick(METHODS),
            fault: dice.pick(FAULTS),
            after: dice.pick([0, 1, 2]),
          });
        server.release((held) => dice.shuffle(held));
        if (receiver === 'socket' && dice.chance(0.5)) {
          cuts += 1;
          server.sockets.cut(dice.pick(server.sockets.open));
        }
        const events: Delivery[] = server.deliveries.slice(known).filter(({ kind }) => kind === 'event');
        for (const delivery of events)
          if (dice.chance(0.3)) {
            redelivered += 1;
            void server.redeliver(delivery, { number: 1, reason: 'http_timeout' });
          }
        await eventually(
          `every outcome of round ${done / ROUND}`,
          () => round.every(({ outcomes }) => outcomes() >= 1),
          PATIENCE_MS,
        );
        happened.push(...round);
        server.behaviour.faults.length = 0;
      }
      await server.settled();
      const counts = new Map<string, number>();
      for (const { what, outcomes } of happened) {
        const key = `${what}: ${outcomes()} outcome${outcomes() === 1 ? '' : 's'}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      process.stdout.write(
        `${receiver}: ${happened.length} events, ${server.deliveries.length} deliveries, ${redelivered} more by redelivery, ${faults} faults planned, ${cuts} sockets cut\n${[...counts].map(([key, count]) => `  ${key} × ${count}`).join('\n')}\n`,
      );
      expect(happened.filter(({ outcomes }) => outcomes() !== 1)).toEqual([]);
      expect(server.pings).toEqual([]);
    },
    TIMEOUT_MS,
  );
});
