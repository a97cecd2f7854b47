import type { OutgoingMessage } from '../../../core/chat/outgoing-message.js';
import type { Clock } from '../../../core/ports/clock.js';
import type { Logger } from '../../../core/ports/logger.js';
import type { Receipt, Reply, ReplyStatus } from '../../../core/ports/chat-adapter.js';
import type { MessageBody } from '../draw/message-body.js';
import type { ReplyContext } from './reply-context.js';
import type { ReplyMessages } from './reply-messages.js';
import { renderFinal, renderStatus, renderStream } from '../draw/render.js';

/** A reply on Discord. */
export interface DiscordReply extends Reply {
  /** Whether something but the last word stands there. */
  readonly isUnfinished: boolean;
  /** Shows nothing any more from here on but a last word; waits for the call that runs. */
  close(): Promise<void>;
}

/** What a reply is made from. */
export interface DiscordReplyOptions {
  readonly context: ReplyContext;
  readonly messages: ReplyMessages;
  /** Whether the answer is shown while it is written. */
  readonly isStreaming: boolean;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** Called once there is a last word, or nobody waits for it any more. */
  onClosed(): void;
}

/** What is done within this time is told by its outcome alone, which is then what a phone announces; in milliseconds. */
const QUIET_MS = 1_500;
/** The least time between two edits, in milliseconds: what other bots found to stay below Discord's limits. */
const STREAM_EVERY_MS = 1_200;
const PROGRESS_EVERY_MS = 2_000;

/** Kinds of outcomes that people talk on about, and that a thread is opened for. */
const TALK: ReadonlySet<OutgoingMessage['kind']> = new Set(['answer', 'refusal', 'fallback']);

/**
 * Shows what happens by edits, one at a time and the newest state alone. No timer shows anything: what was not shown when
 * the last word comes from elsewhere is never shown over it.
 */
export function createDiscordReply(options: DiscordReplyOptions): DiscordReply {
  const { context, messages, isStreaming, clock, signal, logger, onClosed } = options;
  const openedAt = clock.now();
  let lastShownAt = Number.NEGATIVE_INFINITY;
  let written = '';
  let isOpen = true;
  let isFinished = false;
  let running: Promise<void> | undefined;

  async function show(render: (prefix: string) => readonly MessageBody[]): Promise<void> {
    try {
      await messages.show(render, { isFinal: false, signal });
    } catch (error) {
      // The outcome matters, not the way to it.
      if (!signal.aborted) logger.warn('discord.reply-not-shown', {}, error);
    } finally {
      lastShownAt = clock.now();
      running = undefined;
    }
  }

  /** Starts to show something, unless it is too early, or something is being shown. */
  function begin(everyMs: number, render: (prefix: string) => readonly MessageBody[]): Promise<void> | undefined {
    const now = clock.now();
    const isEarly = now - openedAt < QUIET_MS || now - lastShownAt < everyMs;
    if (!isOpen || signal.aborted || isEarly || running !== undefined) return undefined;
    running = show(render);
    return running;
  }

  async function close(): Promise<void> {
    if (isOpen) onClosed();
    isOpen = false;
    await running;
  }

  return {
    close,
    get isUnfinished() {
      // A command shows that something is being done before there is a word.
      return !isFinished && (messages.ids.length > 0 || context.kind === 'interaction');
    },

    async status(status: ReplyStatus) {
      // A command's own message says already that something is being done.
      if (written !== '' || (context.kind === 'interaction' && messages.place === 'thread')) return;
      const everyMs = status.progress === undefined ? STREAM_EVERY_MS : PROGRESS_EVERY_MS;
      await begin(everyMs, (prefix) => renderStatus(status, prefix));
    },

    async append(text) {
      written += text;
      if (isStreaming) void begin(STREAM_EVERY_MS, (prefix) => renderStream(written, prefix));
    },

    async finish(message: OutgoingMessage): Promise<Receipt> {
      await close();
      if (!TALK.has(message.kind)) messages.leaveOut('thread');
      const { followUpCommand } = context;
      await messages.show((prefix) => renderFinal(message, { prefix, followUpCommand }), {
        isFinal: true,
        signal: new AbortController().signal,
      });
      isFinished = true;
      return { messageIds: [...messages.ids] };
    },
  };
}
