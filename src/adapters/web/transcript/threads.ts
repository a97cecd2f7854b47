import { randomUUID } from 'node:crypto';
import { DocentError } from '../../../core/errors.js';
import type { CreatorId, MemberKey } from '../../../core/ids.js';
import type { Clock } from '../../../core/ports/clock.js';
import type { RecordStore } from '../../../core/ports/record-store.js';
import type { Thread } from '../page/wire.js';
import { type ThreadRecord, exchangeCollection, threadCollection } from './records.js';
import { addRecord, updateRecord } from './update-record.js';

/** The thread that reports and warnings are posted to. */
export const ADMIN_THREAD_ID = 'admin';
const MAX_THREADS = 1_000;
const TITLE_CHARACTERS = 80;
const ERASE_BATCH = 500;

/** A creator's threads. */
export interface Threads {
  /** The most recently used first. */
  list(
    creatorId: CreatorId,
    page: { readonly offset: number; readonly limit: number },
  ): Promise<{ readonly threads: Thread[]; readonly total: number }>;
  get(creatorId: CreatorId, threadId: string): Promise<Thread | undefined>;
  /** @throws DocentError `QUEUE_FULL` past 1,000 threads. */
  create(creatorId: CreatorId): Promise<Thread>;
  /** The admin channel, made when it is not there. */
  admin(creatorId: CreatorId): Promise<Thread>;
  rename(
    creatorId: CreatorId,
    threadId: string,
    name: { readonly title: string; readonly memberKey: MemberKey },
  ): Promise<Thread | undefined>;
  /** Notes that something was said: moves the thread up and gives it a title if it has none. */
  touch(
    creatorId: CreatorId,
    threadId: string,
    said: { readonly at: number; readonly text: string; readonly memberKey: MemberKey | null },
  ): Promise<Thread | undefined>;
  /** Removes the thread and what was said in it, and returns how many exchanges went; undefined for an unknown thread. */
  remove(creatorId: CreatorId, threadId: string): Promise<number | undefined>;
}

/** Keeps threads as records, so that they are there after a restart. */
export function createThreads(options: { readonly records: RecordStore; readonly clock: Clock }): Threads {
  const { records, clock } = options;

  const removeExchanges = async (creatorId: CreatorId, threadId: string): Promise<number> => {
    for (let removed = 0; ;) {
      const batch = await records.list(
        exchangeCollection,
        { creatorId },
        { prefix: `${threadId}/`, limit: ERASE_BATCH },
      );
      if (batch.length === 0) return removed;
      for (const { id } of batch) await records.delete(exchangeCollection, { creatorId }, id);
      removed += batch.length;
    }
  };

  const get: Threads['get'] = async (creatorId, threadId) => {
    const stored = await records.get(threadCollection, { creatorId }, threadId);
    return stored && asThread(threadId, stored.value);
  };

  const change = async (creatorId: CreatorId, threadId: string, edit: (value: ThreadRecord) => ThreadRecord) => {
    const value = await updateRecord(records, threadCollection, { scope: { creatorId }, id: threadId }, edit);
    return value && asThread(threadId, value);
  };

  const add = async (creatorId: CreatorId, threadId: string, thread: Pick<ThreadRecord, 'kind' | 'title'>) => {
    const now = clock.now();
    const value: ThreadRecord = { ...thread, titledBy: null, createdAt: now, lastAt: now };
    const isNew = await addRecord(records, threadCollection, { creatorId }, { id: threadId, value });
    return isNew ? asThread(threadId, value) : ((await get(creatorId, threadId)) ?? asThread(threadId, value));
  };

  return {
    async list(creatorId, page) {
      const stored = await records.list(threadCollection, { creatorId }, { limit: MAX_THREADS });
      const threads = stored.map(({ id, value }) => asThread(id, value)).sort((a, b) => b.lastAt - a.lastAt);
      return { threads: threads.slice(page.offset, page.offset + page.limit), total: threads.length };
    },
    get,
    async create(creatorId) {
      const stored = await records.list(threadCollection, { creatorId }, { limit: MAX_THREADS });
      if (stored.length >= MAX_THREADS)
        throw new DocentError('QUEUE_FULL', {
          userMessage:
            'There are 1,000 threads, the most that are kept. Delete some that are done, then start a new one.',
        });
      return add(creatorId, randomUUID(), { kind: 'talk', title: null });
    },
    admin: (creatorId) => add(creatorId, ADMIN_THREAD_ID, { kind: 'admin', title: 'Admin channel' }),
    rename: (creatorId, threadId, { title, memberKey }) =>
      change(creatorId, threadId, (value) => ({ ...value, title, titledBy: memberKey })),
    touch: (creatorId, threadId, said) =>
      change(creatorId, threadId, (value) => ({
        ...value,
        ...(value.title === null ? { title: titleFrom(said.text), titledBy: said.memberKey } : {}),
        lastAt: Math.max(value.lastAt, said.at),
      })),
    async remove(creatorId, threadId) {
      if (!(await records.delete(threadCollection, { creatorId }, threadId))) return undefined;
      return removeExchanges(creatorId, threadId);
    },
  };
}

/** The first line of a question, cut between words at 80 characters: a name, not the text itself. */
export function titleFrom(question: string): string {
  const line = question.replaceAll(/\s+/gu, ' ').trim();
  if (line.length <= TITLE_CHARACTERS) return line;
  const cut = line.slice(0, TITLE_CHARACTERS);
  const lastSpace = cut.lastIndexOf(' ');
  return `${(lastSpace > TITLE_CHARACTERS / 2 ? cut.slice(0, lastSpace) : cut).toWellFormed()}…`;
}

function asThread(threadId: string, value: ThreadRecord): Thread {
  return { threadId, title: value.title, kind: value.kind, createdAt: value.createdAt, lastAt: value.lastAt };
}
