import type { Plan } from '../plan.js';
import type { Clock } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';
import type { RecordStore } from '../ports/record-store.js';
import type { HealthBoard } from './health-board.js';
import { type HeartbeatSender, createHeartbeatSender, identifyProcess } from './heartbeat.js';
import { createOtherProcesses } from './other-processes.js';
import { createWholeBoard } from './whole-board.js';

/** How this process knows of the others, and they of it. */
export interface ProcessHealth {
  /** How all of Docent is; where no other process can be, the own board. */
  readonly whole: HealthBoard;
  /** Not there where no other process can be, and in one that lives for one command: nobody misses that one. */
  readonly heartbeat: HeartbeatSender | undefined;
}

/** What that is made of. */
export interface ProcessHealthOptions {
  readonly plan: Plan;
  /** The process's own, absolute. */
  readonly dataFolder: string;
  /** What this process sees itself. */
  readonly own: HealthBoard;
  readonly recordStore: RecordStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Processes know each other by the records that they share. */
export function createProcessHealth(options: ProcessHealthOptions): ProcessHealth {
  const { plan, dataFolder, own, recordStore, clock } = options;
  if (!sharesRecords(plan)) return { whole: own, heartbeat: undefined };
  const identity = identifyProcess(plan.core.role, dataFolder, clock);
  const others = createOtherProcesses({ recordStore, clock, ownId: identity.id });
  return {
    whole: createWholeBoard({ own, ownName: identity.name, others }),
    heartbeat: plan.isForOneCommand ? undefined : createHeartbeatSender({ ...options, identity, board: own, others }),
  };
}

function sharesRecords({ plugins }: Plan): boolean {
  return !plugins.some(
    ({ plugin, engines }) => engines.includes('recordStore') && plugin.local?.includes('recordStore'),
  );
}
