import { answerLimits } from './answer/answer-limits.js';
import { createAnswerRecords } from './answer/answer-records.js';
import { createAnswering } from './answer/answering.js';
import { EVENT_QUEUE } from './chat/accepted-event.js';
import type { ChatEvent } from './chat/chat-event.js';
import { createAdminWarnings } from './chat/admin-warnings.js';
import { createCreatorLinks } from './chat/creator-links.js';
import { createDirectRooms } from './chat/direct-rooms.js';
import { createDispatcher } from './chat/dispatcher.js';
import { guardReply } from './chat/guarded-reply.js';
import { createParticipation } from './chat/participation.js';
import { createRooms } from './chat/room.js';
import { createSuggestions } from './chat/suggestions.js';
import { orderedErasers } from './core-erasers.js';
import { createWaysIn } from './chat/ways-in.js';
import type { CoreSettings } from './core-settings.js';
import type { CreatedPlugins } from './create-plugins.js';
import { type Creators, createCreators } from './creators.js';
import { createErasure } from './erasure.js';
import { DocentError } from './errors.js';
import { createGaps } from './gaps/gaps.js';
import { engineChecks } from './health/engine-checks.js';
import { createHealthBoard } from './health/health-board.js';
import { createProcessHealth } from './health/process-health.js';
import { createDocumentRegistry } from './ingest/document-registry.js';
import type { OpenReply } from './ingest/ingest-job.js';
import { EMBED_QUEUE, INGEST_QUEUE } from './ingest/ingest-payload.js';
import { createIngestion } from './ingest/ingestion.js';
import { createPlannedReader } from './ingest/planned-reader.js';
import { createAnswerMetrics } from './metrics/answer-metrics.js';
import { createLifecycle } from './lifecycle.js';
import type { Plan } from './plan.js';
import type { Engines } from './plugin.js';
import type { ChatAdapter, ChatHost } from './ports/chat-adapter.js';
import type { Clock } from './ports/clock.js';
import { createKnowledge } from './replica/knowledge.js';
import { createAlertPost } from './reports/alert-post.js';
import { createDeliveries } from './reports/deliveries.js';
import { createHealthWatch } from './reports/health-watch.js';
import { createReportBook } from './reports/report-book.js';
import { ALERT_QUEUE, CHANNEL_GONE_QUEUE, REPORT_QUEUE } from './reports/report-queue.js';
import { createReportSettings } from './reports/report-settings.js';
import { createReports } from './reports/reports.js';
import { answersAlone, connects } from './roles.js';
import type { Services } from './services.js';
import { type Endpoints, createEndpoints } from './telemetry/endpoints.js';
import { type Observer, observeEmbedder, observeMetrics } from './telemetry/observation.js';
import { createProcessFigures } from './telemetry/process-figures.js';
import { createTransfer } from './transfer/transfer.js';

/** What the core is composed from. */
export interface ComposeOptions {
  readonly plan: Plan;
  readonly created: CreatedPlugins;
  /** All chat platforms; which of them are started is the role's. */
  readonly adapters: readonly ChatAdapter[];
  readonly clock: Clock;
  /** The process's own, absolute. */
  readonly dataFolder: string;
}

/** The core's capabilities over one set of engines. */
export interface Core {
  readonly services: Services;
  /** What supervisors and Prometheus ask; served where there is an HTTP server. */
  readonly endpoints: Endpoints;
  /** The chat platforms that this process starts. */
  readonly adapters: readonly ChatAdapter[];
  /** Resolves, with the reason, once no platform is left by which people reach this process. */
  readonly unreachable: Promise<DocentError>;
  /** What an adapter is given when it starts. */
  hostFor(adapter: ChatAdapter): ChatHost;
  /** Takes up work, that of an earlier process first. */
  start(): Promise<void>;
  /** Takes no new work, lets what runs end for `drainMs`, and leaves the rest to the next process. */
  stop(drainMs: number): Promise<void>;
}

/** Managers look after many documents at once. */
const MANAGER_RATE_FACTOR = 30;
const BYTES_PER_MEGABYTE = 1_000_000;

/** Ties the core's parts together; nothing runs yet. */
export function composeCore({ plan, created, adapters, clock, dataFolder }: ComposeOptions): Core {
  const { contributions } = created;
  const { core: settings } = plan;
  const { logger, recordStore, coordinator } = created.engines;
  const connected = adapters.filter((adapter) => connects(settings.role, adapter));
  const waysIn = createWaysIn(connected);
  const byPlatform = new Map(adapters.map((adapter) => [adapter.platform, adapter]));
  const adapterOf = platformFinder(byPlatform);
  const openReply: OpenReply = async (event, signal) =>
    guardReply(await adapterOf(event).openReply(event, signal), clock, logger);

  const creators = createCreators({ recordStore, now: () => clock.now() });
  const links = createCreatorLinks({ recordStore, clock, creators });
  const directRooms = createDirectRooms({ links, adapters: byPlatform, recordStore, clock });
  const rooms = createRooms({ links, directRooms, clock });
  const registry = createDocumentRegistry({ recordStore, coordinator, creators, clock, logger });
  const knowledge = createKnowledge({ ...created.engines, clock, beforeDelete: registry.reread });
  const figures = createProcessFigures();
  const observers = [figures.observe, ...contributions.flatMap(({ contributions: one }) => one.observers ?? [])];
  const observe: Observer = (observation) => observers.forEach((tell) => tell(observation));
  const engines: Engines = {
    ...created.engines,
    keywordIndex: knowledge.written,
    embedder: observeEmbedder(created.engines.embedder, observe, clock),
  };
  const metrics = observeMetrics(createAnswerMetrics({ metricStore: engines.metricStore, clock }), observe, clock);
  const answers = createAnswerRecords({ recordStore, clock, metrics });
  const participation = createParticipation({ recordStore, clock });
  const reader = createPlannedReader(plan, { logger, clock });
  const ingestion = createIngestion({
    ...engines,
    clock,
    creators,
    registry,
    reader,
    openReply,
    maxBytes: settings.maxUploadMegabytes * BYTES_PER_MEGABYTE,
    onFile: (creatorId, outcome) => metrics.recordIngestion(creatorId, outcome),
  });
  const pluginErasers = contributions.flatMap(({ contributions: one }) => one.erasers ?? []);
  const checks = contributions.flatMap(({ contributions: one }) => one.healthChecks ?? []);
  const reportSettings = createReportSettings(recordStore);
  const deliveries = createDeliveries({ recordStore, clock });
  const ownHealth = createHealthBoard({ checks: [...engineChecks(engines, connected), ...checks], clock });
  const processHealth = createProcessHealth({ ...engines, plan, dataFolder, own: ownHealth, clock });
  const book = createReportBook({ ...engines, reports: plan.reports, settings: reportSettings, deliveries, clock });
  const transfer = createTransfer({ ...engines, clock, creators, registry, links, reports: book });
  const services: Services = {
    clock,
    commands: plan.commands,
    acceptedExtensions: [...new Set(plan.parsers.flatMap(({ extensions }) => extensions))].toSorted(),
    creators,
    links,
    directRooms,
    documents: registry,
    ingestion,
    answering: createAnswering({
      ...engines,
      ...knowledge.searched,
      prepare: knowledge.prepare,
      clock,
      registry,
      answers,
      metrics,
      limits: answerLimits(settings),
    }),
    answers,
    conversations: engines.conversationStore,
    metrics,
    health: processHealth.whole,
    ownHealth,
    modelLibraries: contributions.flatMap(({ contributions: one }) => one.modelLibraries ?? []),
    erasure: createErasure({
      creators,
      erasers: orderedErasers({
        engines,
        links,
        directRooms,
        registry,
        answers,
        openReply,
        pluginErasers,
        logger,
      }),
      logger,
    }),
    reports: book,
    charts: engines.chartRenderer,
    gaps: createGaps({ ...engines, answers }),
    blobs: engines.blobStore,
    download: (event, attachment, signal) => adapterOf(event).download(event, attachment, signal),
  };
  const dispatcher = createDispatcher({
    observe,
    coordinator,
    services,
    adapters: byPlatform,
    participation,
    rooms,
    defaultCreatorId: settings.creator,
    limits: dispatcherLimits(settings),
    answersAlone: answersAlone(settings.role),
    logger,
  });
  const reporting = {
    ...engines,
    reports: plan.reports,
    settings: reportSettings,
    creators,
    links,
    adapters: byPlatform,
    clock,
    deliveries,
    services,
  };
  const healthWatch = createHealthWatch({
    ...reporting,
    board: processHealth.whole,
    post: createAlertPost(reporting),
    holdMs: settings.alertAfterSeconds * 1_000,
  });
  const endpoints = createEndpoints({
    health: ownHealth,
    figures,
    coordinator,
    queues: [EVENT_QUEUE, INGEST_QUEUE, EMBED_QUEUE, REPORT_QUEUE, CHANNEL_GONE_QUEUE, ALERT_QUEUE],
    clock,
    metricsToken: settings.metricsToken,
  });
  const lifecycle = createLifecycle(settings.role, {
    registry,
    knowledge,
    ingestion,
    transfer,
    dispatcher,
    reports: createReports(reporting),
    reader,
    healthWatch: plan.isForOneCommand ? undefined : healthWatch,
    heartbeat: processHealth.heartbeat,
  });
  return {
    services,
    endpoints,
    hostFor: (adapter) => ({
      ...dispatcher.host(adapter),
      ...hostFacts(settings, services, engines, creators),
      transfer: transfer.of,
      suggest: createSuggestions({ ...services, rooms, logger }),
      warn: createAdminWarnings({ links, adapters: byPlatform }),
      fail: (error) => waysIn.close(adapter.platform, error),
    }),
    adapters: connected,
    unreachable: waysIn.allClosed,
    start: lifecycle.start,
    stop(drainMs) {
      endpoints.drain();
      return lifecycle.stop(drainMs);
    },
  };
}

function platformFinder(adapters: ReadonlyMap<string, ChatAdapter>): (event: ChatEvent) => ChatAdapter {
  return ({ address: { platform } }) => {
    const adapter = adapters.get(platform);
    if (adapter !== undefined) return adapter;
    throw new DocentError('INTERNAL', { userMessage: `The platform ${platform} is not running. Configure it again.` });
  };
}

/** One creator may take half of the questions answered at once, so that there is always room for the others. */
function dispatcherLimits(settings: CoreSettings): Parameters<typeof createDispatcher>[0]['limits'] {
  return {
    eventTimeoutMs: settings.answerTimeoutSeconds * 1_000,
    concurrency: settings.parallelQuestions,
    concurrencyPerCreator: Math.ceil(settings.parallelQuestions / 2),
    memberPerMinute: settings.questionsPerMinute,
    managerPerMinute: settings.questionsPerMinute * MANAGER_RATE_FACTOR,
  };
}

function hostFacts(
  settings: CoreSettings,
  services: Services,
  { coordinator }: Engines,
  creators: Creators,
): Omit<ChatHost, 'accept' | 'execute' | 'cancel' | 'transfer' | 'suggest' | 'warn' | 'fail'> {
  return {
    commands: services.commands,
    acceptedExtensions: services.acceptedExtensions,
    maxUploadBytes: services.ingestion.maxBytes,
    defaultCreatorId: settings.creator,
    creators: () => creators.list(),
    changes: (signal) => coordinator.follow(signal),
  };
}
