import type { HeartbeatSender } from './health/heartbeat.js';
import type { Dispatcher } from './chat/dispatcher.js';
import type { Core } from './compose.js';
import type { WritableDocumentRegistry } from './ingest/document-registry.js';
import type { RunningIngestion } from './ingest/ingestion.js';
import type { ParseProcess } from './ingest/parse-process.js';
import type { Knowledge } from './replica/knowledge.js';
import type { HealthWatch } from './reports/health-watch.js';
import type { Reports } from './reports/reports.js';
import { type Role, answers, ingests, reports } from './roles.js';
import type { RunningTransfer } from './transfer/transfer.js';

/** The parts of the core that run. */
export interface RunningParts {
  readonly registry: WritableDocumentRegistry;
  readonly knowledge: Knowledge;
  readonly ingestion: RunningIngestion;
  readonly transfer: RunningTransfer;
  readonly dispatcher: Dispatcher;
  readonly reports: Reports;
  /** Not there in a process that lives for one command. */
  readonly healthWatch: HealthWatch | undefined;
  /** Only where there may be other processes, and they shall know of this one. */
  readonly heartbeat: HeartbeatSender | undefined;
  readonly reader: ParseProcess;
}

/** Starts of the parts what the role is there for, and stops them all. */
export function createLifecycle(role: Role, parts: RunningParts): Pick<Core, 'start' | 'stop'> {
  const { registry, knowledge, ingestion, transfer, dispatcher, reader } = parts;
  const following = new AbortController();
  let followed: Promise<void> = Promise.resolve();
  return {
    async start() {
      followed = registry.follow(following.signal);
      knowledge.start();
      if (ingests(role)) {
        await ingestion.start();
        await transfer.start();
      }
      if (answers(role)) dispatcher.start();
      if (reports(role)) await parts.reports.start();
      parts.healthWatch?.start();
      parts.heartbeat?.start();
    },
    async stop(drainMs) {
      await Promise.all([
        dispatcher.stop(drainMs),
        ingestion.stop(drainMs),
        transfer.stop(),
        parts.reports.stop(drainMs),
        parts.healthWatch?.stop(drainMs),
        parts.heartbeat?.stop(),
      ]);
      following.abort();
      await Promise.all([followed, knowledge.stop(), reader.stop()]);
    },
  };
}
