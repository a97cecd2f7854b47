import { z } from 'zod';
import type { ChatEvent } from '../../../src/core/chat/chat-event.js';
import { type CommandContext, type CommandOutcome, defineCommand } from '../../../src/core/chat/command.js';
import { type DispatcherLimits, createDispatcher } from '../../../src/core/chat/dispatcher.js';
import { type OutgoingMessage, notice } from '../../../src/core/chat/outgoing-message.js';
import { createParticipation } from '../../../src/core/chat/participation.js';
import { createRooms } from '../../../src/core/chat/room.js';
import { creatorIdSchema, eventIdSchema } from '../../../src/core/ids.js';
import { openEmbeddedStores } from '../../support/embedded-stores.js';
import { makeEvent } from '../../support/embedded-core.js';
import { createFailingEngines } from '../../support/failing-engine.js';
import { eventually } from '../../support/eventually.js';
import { type FakeChatAdapter, createFakeChatAdapter } from '../../support/fake-chat-adapter.js';
import { type FakeClock, createFakeClock } from '../../support/fake-clock.js';
import { createRecordingLogger } from '../../support/recording-logger.js';
import { createTestServices } from '../../support/test-services.js';

const limits: DispatcherLimits = {
  eventTimeoutMs: 60_000,
  concurrency: 4,
  concurrencyPerCreator: 2,
  memberPerMinute: 5,
  managerPerMinute: 100,
};

type Ask = (context: CommandContext<{ question: string }>) => Promise<CommandOutcome>;

export function answer(text: string): OutgoingMessage {
  return { ...notice(text), kind: 'answer' };
}

/** A dispatcher over embedded stores, with one question command that the test scripts and a few others. */
export async function openDispatch(
  options: {
    folder?: string;
    clock?: FakeClock;
    adapter?: FakeChatAdapter;
    limits?: Partial<DispatcherLimits>;
    start?: boolean;
    answersAlone?: boolean;
  } = {},
) {
  const clock = options.clock ?? createFakeClock();
  const adapter = options.adapter ?? createFakeChatAdapter();
  const stores = await openEmbeddedStores(clock, options.folder);
  const logger = createRecordingLogger();
  const script: { ask: Ask; asked: string[] } = {
    asked: [],
    ask: async ({ input }) => answer(`Answer to ${input.question}`),
  };
  const failing = createFailingEngines(stores.engines, clock);
  const adapters = new Map([[adapter.platform, adapter]]);
  const services = createTestServices({ engines: failing.engines, clock, adapters, commands: commandsFor(script) });
  const { coordinator, recordStore } = failing.engines;
  const dispatcher = createDispatcher({
    coordinator,
    services,
    adapters,
    rooms: createRooms(services),
    participation: createParticipation({ recordStore, clock }),
    defaultCreatorId: creatorIdSchema.parse('default'),
    limits: { ...limits, ...options.limits },
    answersAlone: options.answersAlone ?? true,
    logger,
  });
  if (options.start !== false) dispatcher.start();
  const host = dispatcher.host(adapter);
  const finished = (id: string): readonly OutgoingMessage[] => adapter.replies.get(id)?.finished ?? [];
  return {
    ...stores,
    failing,
    clock,
    adapter,
    services,
    dispatcher,
    host,
    script,
    lines: logger.lines,
    finished,
    /** The one final message of an event, once it is there. */
    async outcome(id: string): Promise<OutgoingMessage | undefined> {
      await eventually(`an outcome of ${id}`, () => finished(id).length > 0);
      return finished(id)[0];
    },
    /** The same for an outcome that comes after waits between tries, within a minute of the clock. */
    async outcomeInTime(id: string): Promise<OutgoingMessage | undefined> {
      for (let second = 0; second < 60 && finished(id).length === 0; second += 1) await clock.advance(1_000);
      return finished(id)[0];
    },
    /** The end of work that is given out again after waits between tries. */
    async settledInTime(id: string): Promise<void> {
      await eventually(`the end of ${id}`, async () => {
        await clock.advance(1_000);
        return (await stores.engines.coordinator.status('events', id))?.state === 'done';
      });
    },
    async settled(id: string): Promise<void> {
      await eventually(
        `the end of ${id}`,
        async () => (await stores.engines.coordinator.status('events', id))?.state === 'done',
      );
    },
  };
}

function commandsFor(script: { ask: Ask; asked: string[] }) {
  const ask = defineCommand({
    name: 'ask',
    description: 'Asks.',
    input: z.object({ question: z.string() }),
    access: 'member',
    readOnly: false,
    answersQuestions: true,
    run(context) {
      script.asked.push(context.input.question);
      return script.ask(context);
    },
  });
  const ingest = defineCommand({
    name: 'ingest',
    description: 'Ingests.',
    input: z.object({}),
    access: 'manager',
    readOnly: false,
    addsDocuments: true,
    run: async () => 'deferred',
  });
  const look = defineCommand({
    name: 'look',
    description: 'Looks.',
    input: z.object({ days: z.int().min(1).max(7).default(7) }),
    access: 'member',
    readOnly: true,
    needsCreator: false,
    run: async ({ creatorId, input }) => notice(`${creatorId} ${input.days}`),
  });
  const erase = defineCommand({
    name: 'erase',
    description: 'Erases.',
    input: z.object({}),
    access: 'operator',
    readOnly: false,
    run: async ({ creatorId }) => notice(`erased ${creatorId}`),
  });
  const download = defineCommand({
    name: 'download',
    description: 'Downloads.',
    input: z.object({ question: z.string() }),
    access: 'member',
    readOnly: true,
    timeoutMs: 600_000,
    run: (context) => script.ask(context),
  });
  return [ask, ingest, look, erase, download];
}

export interface Said {
  readonly thread?: string | null;
  readonly creator?: string | null;
  readonly role?: ChatEvent['author']['role'];
  readonly member?: string;
  readonly mention?: boolean;
  readonly isBot?: boolean;
  readonly files?: readonly string[];
}

/** A message in a channel whose platform knows the creator, unless told otherwise. */
export function message(id: string, text: string, said: Said = {}): ChatEvent {
  const { creatorId: _creatorId, ...event } = makeEvent();
  const creator = said.creator === undefined ? 'coach' : said.creator;
  return {
    ...event,
    id: eventIdSchema.parse(id),
    address: { ...event.address, threadId: said.thread === undefined ? 't' : said.thread },
    author: {
      memberId: said.member ?? 'member',
      displayName: 'Member',
      isBot: said.isBot ?? false,
      role: said.role ?? 'member',
    },
    attachments: (said.files ?? []).map((name) => ({ name, sizeBytes: 1, reference: null })),
    body: { kind: 'message', text, mentionsDocent: said.mention ?? true, mentionsOthers: false },
    ...(creator === null ? {} : { creatorId: creator }),
  };
}

export function command(
  id: string,
  name: string,
  input: Record<string, string | number> = {},
  said: Said = {},
): ChatEvent {
  return { ...message(id, '', said), body: { kind: 'command', name, input } };
}
