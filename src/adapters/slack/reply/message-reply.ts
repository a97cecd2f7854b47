import type { ChatEvent } from '../../../core/chat/chat-event.js';
import { asWritten } from '../../../core/chat/escape.js';
import { progressBar } from '../../../core/chat/render-answer.js';
import type { Clock } from '../../../core/ports/clock.js';
import type { Logger } from '../../../core/ports/logger.js';
import type { Reply, ReplyStatus } from '../../../core/ports/chat-adapter.js';
import { CLOSED, isRefused } from '../api/slack-refusal.js';
import { MAX_PART_CHARACTERS, type MessagePart, drawParts } from '../draw/message-parts.js';
import { drawPictures } from '../draw/pictures.js';
import { safeMarkdown, shorten } from '../draw/slack-markup.js';
import type { Workspace } from '../install/workspaces.js';
import type { AgentSession } from './agent-session.js';
import type { Capabilities } from './capabilities.js';
import { startStream } from './live-stream.js';
import type { Posts } from './posts.js';
import type { ShownMessage, ShownReply } from './reply-memory.js';
import { createUnsentText } from './unsent-text.js';

/** What a reply is made with. */
export interface MessageReplyOptions {
  readonly event: ChatEvent;
  readonly workspace: Workspace;
  readonly posts: Posts;
  readonly shown: ShownReply;
  readonly session: AgentSession;
  readonly capabilities: Capabilities;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Where the person can be told what cannot be said in the channel. */
  openDirectChannel(): Promise<string>;
}

/** Streamed text goes out once a second: Slack counts appends by the minute. */
const APPEND_EVERY_MS = 1_000;
/** Edits are counted more strictly. */
const EDIT_EVERY_MS = 3_000;

/** A reply that everybody in the channel or thread sees. */
export function createMessageReply(options: MessageReplyOptions): Reply {
  const { event, workspace, posts, shown, session, capabilities, clock, logger, signal } = options;
  const unsent = createUnsentText();
  const { teamId } = workspace;
  let text = '';
  let nextAt = 0;
  let isStopped = false;

  const isDue = (everyMs: number): boolean => {
    if (clock.now() < nextAt) return false;
    nextAt = clock.now() + everyMs;
    return true;
  };

  /** Shows something in the reply's one message, which the outcome replaces. */
  async function show(markdown: string): Promise<void> {
    const part = { markdown, extras: [] };
    const [first] = shown.messages;
    const ts =
      first === undefined
        ? await posts.post(shown.place, 0, part)
        : await posts.replace(shown.place, first.ts, 0, part);
    shown.messages = [{ ts, markdown, hasExtras: false }, ...shown.messages.slice(1)];
  }

  async function startNative(more: string): Promise<boolean> {
    if (shown.place.threadTs === null || !capabilities.has(teamId, 'streams')) return false;
    try {
      const { place } = shown;
      shown.stream = await startStream({ workspace, place, userId: event.author.memberId, clock, signal }, more);
      return true;
    } catch (error) {
      if (isRefused(error, 'unclear')) {
        // Whether it began is told by what stands there; the outcome takes its place.
        shown.messages.push(...(await unmarked()));
        throw error;
      }
      if (capabilities.note(teamId, 'streams', error)) return false;
      throw error;
    }
  }

  async function unmarked(): Promise<ShownMessage[]> {
    const found = await posts.find(shown.place);
    const known = new Set(shown.messages.map(({ ts }) => ts));
    return found
      .filter(({ ts, part }) => part === undefined && !known.has(ts))
      .map(({ ts }) => ({ ts, markdown: undefined, hasExtras: false }));
  }

  /** Ends the stream as one of the reply's messages; says whether it ended as the part. */
  async function endStream(part?: MessagePart): Promise<boolean> {
    const { stream } = shown;
    if (stream === undefined) return false;
    shown.stream = undefined;
    const number = shown.messages.length;
    const isWhole = await stream.end(part, posts.markOf(number));
    const markdown = isWhole ? part?.markdown : stream.text;
    shown.messages.push({ ts: stream.ts, markdown, hasExtras: isWhole && (part?.extras.length ?? 0) > 0 });
    return isWhole;
  }

  async function stream(more: string): Promise<void> {
    if (shown.stream?.isFull(more) === true) await endStream();
    if (shown.stream === undefined) {
      if (!(await startNative(more))) await show(shorten(safeMarkdown(text), MAX_PART_CHARACTERS));
      return;
    }
    if (!(await shown.stream.append(more))) {
      isStopped = true;
      await endStream();
    }
  }

  async function settle(parts: readonly MessagePart[]): Promise<string[]> {
    const [only] = parts;
    const canEndAsStream = parts.length === 1 && shown.messages.length === 0;
    if ((await endStream(canEndAsStream ? only : undefined)) && canEndAsStream)
      return shown.messages.map(({ ts }) => ts);
    const standing = shown.messages;
    for (const [number, part] of parts.entries()) {
      const message = standing[number];
      const ts =
        message === undefined
          ? await posts.post(shown.place, number, part)
          : isAlike(message, part)
            ? message.ts
            : await posts.replace(shown.place, message.ts, number, part);
      standing[number] = { ts, markdown: part.markdown, hasExtras: part.extras.length > 0 };
    }
    for (const { ts } of standing.splice(parts.length)) await posts.remove(shown.place, ts);
    return standing.map(({ ts }) => ts);
  }

  /** Goes on in the person's own talk with Docent, with what another process wrote there. */
  async function move(reason: string): Promise<void> {
    const channelId = await options.openDirectChannel();
    shown.place = { channelId, threadTs: null, askedTs: shown.place.askedTs };
    shown.movedBecause = reason;
    shown.messages = (await posts.find(shown.place)).flatMap(({ ts, part }) =>
      part === undefined ? [] : [{ ts, markdown: undefined, hasExtras: false }],
    );
  }

  function withReason(parts: readonly MessagePart[]): readonly MessagePart[] {
    if (shown.movedBecause === undefined) return parts;
    const markdown = `I could not answer you where you asked: ${asWritten(shown.movedBecause)}`;
    return [{ markdown, extras: [] }, ...parts];
  }

  return {
    async status(status) {
      if (!session.isWanted) {
        if (isDue(EDIT_EVERY_MS) || shown.messages.length === 0) await show(asWritten(inWords(status)));
      } else if (isDue(APPEND_EVERY_MS)) await session.say(inWords(status));
    },

    async append(more) {
      text += more;
      unsent.add(more);
      const isNative = shown.stream !== undefined || capabilities.has(teamId, 'streams');
      if (isStopped || !isDue(isNative ? APPEND_EVERY_MS : EDIT_EVERY_MS)) return;
      const ready = unsent.take();
      if (ready !== '') await stream(ready);
    },

    async finish(message) {
      const pictures = await drawPictures(message, { workspace, clock, logger, signal });
      const parts = drawParts(message, pictures);
      try {
        return { messageIds: await settle(withReason(parts)) };
      } catch (error) {
        if (!isRefused(error, ...CLOSED) || shown.movedBecause !== undefined) throw error;
        await move(error.userMessage);
        return { messageIds: await settle(withReason(parts)) };
      } finally {
        await session.end();
      }
    },
  };
}

function isAlike(message: ShownMessage, part: MessagePart): boolean {
  return message.markdown === part.markdown && !message.hasExtras && part.extras.length === 0;
}

function inWords({ text, progress }: ReplyStatus): string {
  return progress === undefined ? `${text} …` : `${text} ${progressBar(progress)}`;
}
