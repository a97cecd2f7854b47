import { createAnswering } from '../../src/core/answer/answering.js';
import { createDispatcher } from '../../src/core/chat/dispatcher.js';
import { createParticipation } from '../../src/core/chat/participation.js';
import { createRooms } from '../../src/core/chat/room.js';
import { askCommand } from '../../src/commands/ask.js';
import { feedbackCommand } from '../../src/commands/feedback.js';
import type { Services } from '../../src/core/services.js';
import { withStoreDeadline } from '../../src/core/store-deadline.js';
import { type EmbeddedCore, coach } from './embedded-core.js';
import { type FailingEngines, createFailingEngines } from './failing-engine.js';
import { type FakeChatAdapter, createFakeChatAdapter } from './fake-chat-adapter.js';
import { createRecordingLogger } from './recording-logger.js';
import { type ScriptedChatModel, createScriptedChatModel } from './scripted-chat-model.js';
import { createTestServices } from './test-services.js';

/** How long the copy of the passages waits for the shared ones. */
const CATCH_UP_MS = 3_000;

/** A Docent that answers from a document, over stores that fail as the test says. */
export interface OutageRoom {
  readonly adapter: FakeChatAdapter;
  readonly model: ScriptedChatModel;
  readonly failing: FailingEngines;
  readonly services: Services;
  readonly dispatcher: ReturnType<typeof createDispatcher>;
  readonly host: ReturnType<ReturnType<typeof createDispatcher>['host']>;
  readonly lines: ReturnType<typeof createRecordingLogger>['lines'];
}

/** Opens it over a core whose document is indexed; a second one over the same core is as another process. */
export function openOutageRoom({ engines, embedder, clock }: EmbeddedCore): OutageRoom {
  const failing = createFailingEngines(engines, clock);
  const adapter = createFakeChatAdapter();
  const model = createScriptedChatModel();
  const logger = createRecordingLogger();
  const commands = [askCommand, feedbackCommand];
  const base = createTestServices({ engines: failing.engines, clock, commands });
  const answering = createAnswering({
    ...failing.engines,
    embedder,
    // Passages are read from a copy of the shared ones, which is caught up before.
    chunkStore: engines.chunkStore,
    async prepare(creatorId) {
      const catchUp = () => failing.engines.chunkStore.count(creatorId);
      await withStoreDeadline({ clock, timeoutMs: CATCH_UP_MS }, catchUp).catch(() => undefined);
    },
    chatModel: model,
    registry: base.documents,
    answers: base.answers,
    metrics: base.metrics,
    clock,
    logger,
    limits: {
      maxQuestionCharacters: 200,
      maxPassages: 5,
      maxOutputTokens: 200,
      firstTextTimeoutMs: 90_000,
      answerTimeoutMs: 180_000,
      minCoverage: 0.6,
    },
  });
  const services = { ...base, answering };
  const dispatcher = createDispatcher({
    coordinator: failing.engines.coordinator,
    services,
    adapters: new Map([[adapter.platform, adapter]]),
    rooms: createRooms(services),
    participation: createParticipation({ recordStore: failing.engines.recordStore, clock }),
    defaultCreatorId: coach,
    limits: {
      eventTimeoutMs: 180_000,
      concurrency: 4,
      concurrencyPerCreator: 4,
      memberPerMinute: 1_000,
      managerPerMinute: 1_000,
    },
    answersAlone: true,
    logger,
  });
  dispatcher.start();
  return { adapter, model, failing, services, dispatcher, host: dispatcher.host(adapter), lines: logger.lines };
}
