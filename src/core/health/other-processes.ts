import type { Clock } from '../ports/clock.js';
import { type RecordStore, type StoredRecord, SYSTEM_SCOPE } from '../ports/record-store.js';
import { isRecent } from '../recent.js';
import { withStoreDeadline } from '../store-deadline.js';
import { BEAT_EVERY_MS, type Heartbeat, heartbeatCollection } from './heartbeat.js';

/** Another process of the same Docent, as its heartbeats show it. */
export interface OtherProcess extends Pick<Heartbeat, 'name' | 'host' | 'components'> {
  /** For how long no heartbeat came, in milliseconds. */
  readonly silentMs: number;
  /** Whether that is so long that it must be dead, stuck, or cut off from the records. */
  readonly isSilent: boolean;
}

/** The other processes of this Docent. */
export interface OtherProcesses {
  /** Those that live and those that went silent without an order, at most five seconds old; as seen last while records are away. */
  look(): Promise<readonly OtherProcess[]>;
}

/** What the other processes are found with. */
export interface OtherProcessesOptions {
  readonly recordStore: RecordStore;
  readonly clock: Clock;
  /** This process. */
  readonly ownId: string;
}

/** Three heartbeats and half of one: named, with what it takes to see it, within a minute of the death. */
const SILENT_AFTER_MS = 3.5 * BEAT_EVERY_MS;
const FORGOTTEN_AFTER_MS = 24 * 60 * 60 * 1_000;
/** The most processes that are seen; those of the first ids. */
const MAX_PROCESSES = 200;
const READ_TIMEOUT_MS = 2_000;
const KEEP_MS = 5_000;

type StoredHeartbeat = StoredRecord<Heartbeat>;

/**
 * Reads everybody's heartbeats. The hosts' clocks need not agree: silence is the time, by this process's clock, in which a
 * record was read again and again and did not change. Time in which nothing could be read counts for nobody's silence.
 */
export function createOtherProcesses({ recordStore, clock, ownId }: OtherProcessesOptions): OtherProcesses {
  let changes = new Map<string, { readonly revision: number; readonly at: number }>();
  let readAt = clock.now();
  let known: readonly OtherProcess[] = [];
  let looked: { readonly at: number; readonly done: Promise<void> } | undefined;

  /** Keeps when each record changed last; of one that was not known, its own word is taken. */
  function observe(records: readonly StoredHeartbeat[]): void {
    const now = clock.now();
    const sinceMs = now - readAt;
    const blindMs = sinceMs > 2 * BEAT_EVERY_MS ? sinceMs : 0;
    const before = changes;
    changes = new Map(
      records.map(({ id, revision, value }) => {
        const change = before.get(id);
        if (change === undefined) return [id, { revision, at: Math.min(now, value.beatAt) }];
        return [id, { revision, at: change.revision === revision ? change.at + blindMs : now }];
      }),
    );
    readAt = now;
  }

  const silenceOf = ({ id }: StoredHeartbeat): number => readAt - (changes.get(id)?.at ?? readAt);

  async function read(): Promise<void> {
    const records = await withStoreDeadline({ clock, timeoutMs: READ_TIMEOUT_MS }, () =>
      recordStore.list(heartbeatCollection, SYSTEM_SCOPE, { limit: MAX_PROCESSES }),
    );
    observe(records);
    const isOver = (record: StoredHeartbeat): boolean =>
      silenceOf(record) > FORGOTTEN_AFTER_MS || records.some((other) => isSuccessor(other.value, record.value));
    known = records
      .filter((record) => record.id !== ownId && !isOver(record))
      .map((record) => {
        const { name, host, components } = record.value;
        const silentMs = silenceOf(record);
        return { name, host, components, silentMs, isSilent: silentMs >= SILENT_AFTER_MS };
      });
    for (const { id } of records.filter(isOver)) await recordStore.delete(heartbeatCollection, SYSTEM_SCOPE, id);
  }

  return {
    async look() {
      if (looked === undefined || !isRecent(clock, looked.at, KEEP_MS))
        // That records are away is theirs to say, as a component.
        looked = { at: clock.now(), done: read().catch(() => undefined) };
      await looked.done;
      return known;
    },
  };
}

/** Whether one was started in the place of the other, after that one's last heartbeat. Both have the same host's clock. */
function isSuccessor(one: Heartbeat, other: Heartbeat): boolean {
  return one.name === other.name && one.startedAt >= other.beatAt;
}
