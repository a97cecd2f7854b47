import type { ChatEvent } from '../../../core/chat/chat-event.js';
import type { CommandDefinition } from '../../../core/chat/command.js';
import { correlationIdOf, errorMessage } from '../../../core/chat/error-message.js';
import { unseenReply } from '../../../core/chat/guarded-reply.js';
import { toDocentError } from '../../../core/errors.js';
import type { ChatHost } from '../../../core/ports/chat-adapter.js';
import type { Logger } from '../../../core/ports/logger.js';
import type { Replies } from '../reply/open-reply.js';

/** Brings events to the host, and says so where it takes none. */
export interface Intake {
  /** @param isAddressed whether its author waits for an answer */
  accept(event: ChatEvent, isAddressed: boolean): Promise<void>;
  /** Tells an event's author that it cannot be answered, and why. */
  refuse(event: ChatEvent, cause: unknown): Promise<void>;
  /** Runs a command at once and shows its outcome. */
  execute(event: ChatEvent): Promise<void>;
  /** Runs a command at once and shows its outcome only where it failed. */
  executeUnseen(event: ChatEvent): Promise<void>;
}

/** What events are brought with. */
export interface IntakeOptions {
  readonly host: Pick<ChatHost, 'accept' | 'execute'>;
  readonly replies: Replies;
  /** Hears of what the host answers. */
  onAccepted(event: ChatEvent): Promise<void>;
  /** Aborts when Docent stops. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
}

/** Never throws: what cannot be told is logged. */
export function createIntake({ host, replies, onAccepted, signal, logger }: IntakeOptions): Intake {
  async function refuse(event: ChatEvent, cause: unknown): Promise<void> {
    try {
      const reply = await replies.open(event, new AbortController().signal);
      await reply.finish(errorMessage(toDocentError(cause), correlationIdOf(event.id)));
    } catch (unsaid) {
      logger.error('discord.event-not-told', { eventId: event.id }, unsaid);
    }
  }

  /** It is being answered, whatever fails here. */
  async function noteAccepted(event: ChatEvent): Promise<void> {
    try {
      await onAccepted(event);
    } catch (error) {
      logger.error('discord.event-not-noted', { eventId: event.id }, error);
    }
  }

  return {
    refuse,

    async accept(event, isAddressed) {
      try {
        if ((await host.accept(event)) === 'accepted') await noteAccepted(event);
      } catch (error) {
        logger.error('discord.event-not-accepted', { eventId: event.id }, error);
        if (isAddressed) await refuse(event, error);
      }
    },

    async execute(event) {
      try {
        const reply = await replies.open(event, signal);
        await reply.finish(await host.execute(event, reply, signal));
      } catch (error) {
        logger.error('discord.event-not-told', { eventId: event.id }, error);
      }
    },

    async executeUnseen(event) {
      try {
        const outcome = await host.execute(event, unseenReply, signal);
        if (outcome.kind !== 'error') return;
        logger.error('discord.event-not-executed', { eventId: event.id });
        await (await replies.open(event, signal)).finish(outcome);
      } catch (error) {
        logger.error('discord.event-not-told', { eventId: event.id }, error);
      }
    },
  };
}

/** Whether a command is run while the person waits: it is pressed, or it changes nothing and is for that person alone. */
export function isInstant({ hidden, readOnly, isPrivate }: CommandDefinition): boolean {
  return hidden === true || (readOnly && isPrivate === true);
}
