import type { ChatEvent } from '../../../core/chat/chat-event.js';
import type { Logger } from '../../../core/ports/logger.js';
import { isChannelRefusal, isInteractionOver, isRefusal } from '../api/discord-errors.js';
import type { MessageBody } from '../draw/message-body.js';
import { eventIdFor } from '../events/event-id.js';
import type { ReplyContext } from './reply-context.js';
import { type ReplyPlace, placesOf } from './reply-places.js';
import type { ReplyRecord, ReplyRecords } from './reply-records.js';
import type { RestApi } from '../api/rest-api.js';
import type { Surface } from './surfaces.js';

/** Hears that Docent may not write where it was asked. */
export type OnRefused = (event: ChatEvent, error: unknown) => void;

/** What the messages of a reply are written with. */
export interface ReplyMessagesOptions {
  readonly event: ChatEvent;
  readonly context: ReplyContext;
  /** What is known from an earlier try. */
  readonly record: ReplyRecord | undefined;
  readonly records: ReplyRecords;
  readonly api: RestApi;
  readonly onRefused: OnRefused;
  readonly logger: Logger;
}

/** The messages of one reply, in the best place that takes them. Calls must come one after another. */
export interface ReplyMessages {
  /** The place that is written to next. */
  readonly place: ReplyPlace['name'];
  readonly ids: readonly string[];
  /** Leaves the place out while nothing stands there. */
  leaveOut(place: ReplyPlace['name']): void;
  /**
   * Makes these the reply's messages: edits what differs, posts what is not there, removes what is too much. A place that
   * takes nothing any more is left for the next one.
   * @throws DocentError as `RestApi.call`; `CHANNEL_UNAVAILABLE` when no place takes it.
   */
  show(render: (prefix: string) => readonly MessageBody[], options: ShowOptions): Promise<void>;
}

/** How messages are shown. */
export interface ShowOptions {
  readonly isFinal: boolean;
  readonly signal: AbortSignal;
}

/** Begins where the record says, otherwise at the first place. */
export function createReplyMessages(options: ReplyMessagesOptions): ReplyMessages {
  const { event, context, record, records, api, onRefused, logger } = options;
  const places = placesOf(event, context, api);
  let at = Math.max(
    0,
    places.findIndex(({ name }) => name === record?.place),
  );
  let ids = [...(record?.messageIds ?? [])];
  let channelId = record?.channelId ?? null;
  let surface: Surface | undefined;
  /** What stands in each message, where this process wrote it. */
  let shown: string[] = [];

  const place = (): ReplyPlace => places[at] as ReplyPlace;

  function leave(): void {
    at += 1;
    ids = [];
    channelId = null;
    surface = undefined;
    shown = [];
  }

  const recordNow = (isFinished: boolean): ReplyRecord => ({
    place: place().name,
    channelId,
    messageIds: ids,
    rootId: context.rootId,
    isFinished,
  });

  const keep = (isFinished: boolean): Promise<void> => records.put(event.id, recordNow(isFinished));

  /** Whoever answers one of the messages goes on with their conversation; in a thread, the thread says which one that is. */
  async function keepRoots(): Promise<void> {
    const { rootId } = context;
    if (rootId === null || rootId !== event.address.threadId || place().name === 'thread') return;
    for (const id of ids) if (id !== rootId) await records.put(eventIdFor(id), recordNow(true));
  }

  async function write(bodies: readonly MessageBody[], { isFinal, signal }: ShowOptions): Promise<void> {
    surface ??= await place().open(channelId, signal);
    channelId = surface.channelId;
    for (const [index, body] of bodies.entries()) {
      const fingerprint = JSON.stringify([body.content, body.components, body.files.length]);
      if (shown[index] === fingerprint) continue;
      const id = await surface.write(index, ids[index], body, signal);
      shown[index] = fingerprint;
      const isNew = ids[index] !== id;
      ids[index] = id;
      if (isNew) await keep(false);
    }
    for (const id of ids.slice(bodies.length)) await surface.remove(id, signal);
    ids = ids.slice(0, bodies.length);
    shown = shown.slice(0, bodies.length);
    if (!isFinal) return;
    await keep(true);
    await keepRoots();
  }

  return {
    get place() {
      return place().name;
    },
    get ids() {
      return ids;
    },
    leaveOut(name) {
      if (place().name === name && ids.length === 0 && at + 1 < places.length) leave();
    },
    async show(render, showOptions) {
      for (;;) {
        try {
          await write(render(place().prefix), showOptions);
          return;
        } catch (error) {
          const isRefused = isChannelRefusal(error);
          if (isRefused) onRefused(event, error);
          // No thread can be opened from a message that was deleted.
          const isGone = isInteractionOver(error) || isRefusal(error, 'unknownMessage');
          if ((!isRefused && !isGone) || at + 1 >= places.length) throw error;
          logger.warn('discord.reply-moved', { eventId: event.id, from: place().name }, error);
          leave();
        }
      }
    },
  };
}
