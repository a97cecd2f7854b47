import { DocentError } from '../../../core/errors.js';
import type { CreatorId, EventId, MemberKey } from '../../../core/ids.js';
import type { OutgoingMessage } from '../../../core/chat/outgoing-message.js';
import type { Clock } from '../../../core/ports/clock.js';
import type { RecordStore } from '../../../core/ports/record-store.js';
import type { Exchange, Vote } from '../page/wire.js';
import { type ExchangeRecord, exchangeCollection } from './records.js';
import { addRecord, updateRecord } from './update-record.js';

/** The most exchanges a thread holds. */
export const MAX_EXCHANGES = 1_000;
/** How far back a repeated question is looked for; a page repeats it within seconds. */
const RECENT_EXCHANGES = 20;

/** A question as it was asked. */
export interface Asked {
  readonly exchangeId: string;
  readonly eventId: EventId;
  /** Whose words they are, so that they go with the member; null for a command, which holds nobody's. */
  readonly memberKey: MemberKey | null;
  readonly question: string;
  readonly askedAt: number;
}

interface Place {
  readonly creatorId: CreatorId;
  readonly threadId: string;
}

/** What was said in a thread. */
export interface Exchanges {
  /** The newest before `before`, oldest first. */
  list(
    place: Place,
    page: { readonly before?: string | undefined; readonly limit: number },
  ): Promise<{ readonly exchanges: Exchange[]; readonly hasEarlier: boolean }>;
  get(place: Place, exchangeId: string): Promise<Exchange | undefined>;
  /** @throws DocentError `QUEUE_FULL` when the thread holds 1,000. */
  requireRoom(place: Place): Promise<void>;
  /** Adds a question without its reply; undefined when it is there already. */
  ask(place: Place, asked: Asked): Promise<Exchange | undefined>;
  /** A question of the newest ones, by its event. */
  findRecent(place: Place, eventId: EventId): Promise<Exchange | undefined>;
  /** Sets the reply, over an earlier one; undefined when the exchange is gone. */
  reply(place: Place, exchangeId: string, message: OutgoingMessage): Promise<Exchange | undefined>;
  vote(place: Place, exchangeId: string, vote: Vote): Promise<Exchange | undefined>;
  /** Adds a message that answers nobody, unless one of that key is there; the oldest goes where the thread is full. */
  post(
    place: Place,
    posted: { readonly exchangeId: string; readonly key: string; readonly message: OutgoingMessage },
  ): Promise<{ readonly exchange: Exchange; readonly isNew: boolean }>;
}

/** Keeps what was said as records: a question and its reply are one record, so that a reply can never stand twice. */
export function createExchanges(options: { readonly records: RecordStore; readonly clock: Clock }): Exchanges {
  const { records, clock } = options;

  const newest = (place: Place, limit: number, before?: string) =>
    records.list(
      exchangeCollection,
      { creatorId: place.creatorId },
      {
        prefix: `${place.threadId}/`,
        reverse: true,
        limit,
        ...(before === undefined ? {} : { after: recordId(place, before) }),
      },
    );

  const change = async (place: Place, exchangeId: string, edit: (value: ExchangeRecord) => ExchangeRecord) => {
    const target = { scope: { creatorId: place.creatorId }, id: recordId(place, exchangeId) };
    const value = await updateRecord(records, exchangeCollection, target, edit);
    return value && asExchange(target.id, value);
  };

  const add = async (place: Place, exchangeId: string, value: ExchangeRecord): Promise<Exchange | undefined> => {
    const id = recordId(place, exchangeId);
    const isNew = await addRecord(records, exchangeCollection, { creatorId: place.creatorId }, { id, value });
    return isNew ? asExchange(id, value) : undefined;
  };

  return {
    async list(place, page) {
      const stored = await newest(place, page.limit + 1, page.before);
      const exchanges = stored.slice(0, page.limit).map(({ id, value }) => asExchange(id, value));
      return { exchanges: exchanges.toReversed(), hasEarlier: stored.length > page.limit };
    },
    async get(place, exchangeId) {
      const stored = await records.get(exchangeCollection, { creatorId: place.creatorId }, recordId(place, exchangeId));
      return stored && asExchange(stored.id, stored.value);
    },
    async requireRoom(place) {
      if ((await newest(place, MAX_EXCHANGES)).length >= MAX_EXCHANGES)
        throw new DocentError('QUEUE_FULL', {
          userMessage:
            'This thread holds 1,000 questions, the most that are kept. Start a new thread for the next one.',
        });
    },
    ask: (place, { exchangeId, ...asked }) =>
      add(place, exchangeId, { ...asked, postKey: null, reply: null, repliedAt: null, vote: null }),
    async findRecent(place, eventId) {
      const found = (await newest(place, RECENT_EXCHANGES)).find(({ value }) => value.eventId === eventId);
      return found && asExchange(found.id, found.value);
    },
    reply: (place, exchangeId, message) =>
      change(place, exchangeId, (value) => ({
        ...value,
        reply: message,
        repliedAt: clock.now(),
        vote: value.reply?.answerId === message.answerId ? value.vote : null,
      })),
    vote: (place, exchangeId, vote) => change(place, exchangeId, (value) => ({ ...value, vote })),
    async post(place, { exchangeId, key, message }) {
      const kept = await newest(place, MAX_EXCHANGES);
      const earlier = kept.find(({ value }) => value.postKey === key);
      if (earlier !== undefined) return { exchange: asExchange(earlier.id, earlier.value), isNew: false };
      const oldest = kept.at(-1);
      if (kept.length >= MAX_EXCHANGES && oldest !== undefined)
        await records.delete(exchangeCollection, { creatorId: place.creatorId }, oldest.id);
      const value = postedRecord(key, message, clock.now());
      const exchange = await add(place, exchangeId, value);
      return { exchange: exchange ?? asExchange(recordId(place, exchangeId), value), isNew: exchange !== undefined };
    },
  };
}

function postedRecord(key: string, message: OutgoingMessage, now: number): ExchangeRecord {
  return {
    eventId: null,
    postKey: key,
    memberKey: null,
    askedAt: now,
    question: null,
    reply: message,
    repliedAt: now,
    vote: null,
  };
}

function recordId(place: Place, exchangeId: string): string {
  return `${place.threadId}/${exchangeId}`;
}

function asExchange(id: string, value: ExchangeRecord): Exchange {
  const slash = id.indexOf('/');
  return {
    threadId: id.slice(0, slash),
    exchangeId: id.slice(slash + 1),
    askedAt: value.askedAt,
    question: value.question,
    reply: value.reply,
    repliedAt: value.repliedAt,
    vote: value.vote,
  };
}
