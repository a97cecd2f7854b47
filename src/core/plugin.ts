import type { z } from 'zod';
import type { CommandDefinition } from './chat/command.js';
import type { Eraser } from './erasure.js';
import type { BlobStore } from './ports/blob-store.js';
import type { ChartRenderer } from './ports/chart-renderer.js';
import type { ChatAdapter } from './ports/chat-adapter.js';
import type { ChatModel } from './ports/chat-model.js';
import type { ChunkStore } from './ports/chunk-store.js';
import type { Clock } from './ports/clock.js';
import type { ConversationStore } from './ports/conversation-store.js';
import type { Coordinator } from './ports/coordinator.js';
import type { ParserContribution } from './ports/document-parser.js';
import type { Embedder } from './ports/embedder.js';
import type { HealthCheck } from './ports/health.js';
import type { HttpServer } from './ports/http-server.js';
import type { KeywordIndex } from './ports/keyword-index.js';
import type { Logger } from './ports/logger.js';
import type { MetricStore } from './ports/metric-store.js';
import type { ModelLibrary } from './ports/model-library.js';
import type { RecordStore } from './ports/record-store.js';
import type { Schedule } from './ports/schedule.js';
import type { VectorIndex } from './ports/vector-index.js';
import type { Observer } from './telemetry/observation.js';
import type { ReportDefinition } from './reports/report.js';
import type { Tuning } from './tuning.js';

/** The exchangeable parts: a profile names one plugin for each. */
export interface Engines {
  readonly recordStore: RecordStore;
  readonly conversationStore: ConversationStore;
  readonly metricStore: MetricStore;
  readonly blobStore: BlobStore;
  readonly chunkStore: ChunkStore;
  readonly keywordIndex: KeywordIndex;
  readonly vectorIndex: VectorIndex;
  readonly coordinator: Coordinator;
  readonly embedder: Embedder;
  readonly chatModel: ChatModel;
  readonly schedule: Schedule;
  readonly httpServer: HttpServer;
  readonly chartRenderer: ChartRenderer;
  readonly logger: Logger;
}
/** The name of an exchangeable part. */
export type EngineName = keyof Engines;

/** What a plugin is created with. */
export interface PluginContext<Settings> {
  readonly settings: Settings;
  /** The engines it was chosen for: it need not create any other. */
  readonly chosenFor: readonly EngineName[];
  /** The engines named in `needs`; reading another one throws. */
  readonly engines: Engines;
  readonly clock: Clock;
  /** A logger named after the plugin. Not there while the logger itself is created. */
  readonly logger: Logger;
  /** The folder for everything this Docent keeps on disk; absolute, it exists, and it belongs to this process alone. */
  readonly dataFolder: string;
  /** Other values of search than the measured ones, for the evaluation; an index is only ever opened with the same. */
  readonly tuning?: Tuning;
}

/** What a created plugin gives. */
export interface Contributions {
  /** One for each name in `provides` that the plan chose this plugin for; others may be left out. */
  readonly engines?: Partial<Engines>;
  readonly chatAdapters?: readonly ChatAdapter[];
  readonly healthChecks?: readonly HealthCheck[];
  /** Where its models come from, when they can be downloaded: the command `models` lists and pulls them. */
  readonly modelLibraries?: readonly ModelLibrary[];
  /** Are told what happens in this process, such as to pass it to a tracing system. */
  readonly observers?: readonly Observer[];
  /** What must go when a member or a creator asks to be forgotten, beyond the engines' own data. */
  readonly erasers?: readonly Eraser[];
  /** Connects and waits until ready. Chat adapters are started by the core, after every plugin's `start`. */
  start?(signal: AbortSignal): Promise<void>;
  /** Undoes `create` and `start`. Runs in reverse order; called even when `start` failed. */
  stop?(): Promise<void>;
}

/** What a plugin is: its manifest, which the plan reads, and how it is created. */
export interface PluginDefinition<Settings extends z.ZodObject = z.ZodObject> {
  /** Lower-case letters, digits and hyphens; a plugin's folder is called like it. */
  readonly name: string;
  /** One sentence, for `docent doctor`. */
  readonly description: string;
  /** Each field is a `setting(…)`, which names its environment variable. */
  readonly settings?: Settings;
  /** Engines it can be chosen for. A plugin with `provides` alone is created only when chosen for one. */
  readonly provides?: readonly EngineName[];
  /** Those among `provides` that keep what no other process sees, so that processes of several roles cannot share it. */
  readonly local?: readonly EngineName[];
  /** Engines that must exist before it is created. */
  readonly needs?: readonly EngineName[];
  readonly commands?: readonly CommandDefinition[];
  readonly reports?: readonly ReportDefinition[];
  readonly parsers?: readonly ParserContribution[];
  /** Chat platforms it adds. */
  readonly platforms?: readonly string[];
  /** false leaves the plugin out, such as a chat platform without a token. Pure. Default: always on. */
  enabled?(settings: z.infer<Settings>): boolean;
  /** Builds, without side effects beyond its own objects and files. */
  create?(context: PluginContext<z.infer<Settings>>): Contributions | Promise<Contributions>;
}

/** A plugin as the host handles it. */
export type Plugin = PluginDefinition;

/** Declares a plugin: the default export of its module. The settings' type reaches `enabled` and `create`. */
export function definePlugin<Settings extends z.ZodObject = z.ZodObject>(
  definition: PluginDefinition<Settings>,
): Plugin {
  return definition;
}
