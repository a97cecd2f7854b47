import type { z } from 'zod';
import type { CreatorId, MemberKey } from '../ids.js';
import type { Logger } from '../ports/logger.js';
import type { Reply } from '../ports/chat-adapter.js';
import type { Services } from '../services.js';
import type { ChatEvent, Role } from './chat-event.js';
import type { OutgoingMessage } from './outgoing-message.js';

/** What a command's `run` is given. */
export interface CommandContext<Input> {
  /** The creator whose room the command runs in. */
  readonly creatorId: CreatorId;
  readonly event: ChatEvent;
  readonly memberKey: MemberKey;
  /** The role after access was checked. */
  readonly role: Role;
  readonly input: Input;
  /** For status and streamed text; the final message is what `run` returns. */
  readonly reply: Reply;
  readonly services: Services;
  readonly signal: AbortSignal;
  readonly logger: Logger;
}

/**
 * What ends a command: a message, or `deferred` when a durable job has taken over the reply and will finish it
 * (so that a restart in between loses nothing).
 */
export type CommandOutcome = OutgoingMessage | 'deferred';

/** A command, the same on every platform: options, modals, forms and flags are drawn from its `input`. */
export interface CommandDefinition<Input extends z.ZodObject = z.ZodObject> {
  /** Lower-case letters and hyphens, at most 32. */
  readonly name: string;
  /** One sentence, at most 100 characters. */
  readonly description: string;
  /**
   * Each field carries `.meta({ description })`, at most 100 characters, and may carry an `example` beside it, and
   * `suggests: 'documents' | 'creators'`, which platforms that complete what is typed ask for. A text command line fills
   * the fields in their order, the last one with the rest of the line.
   */
  readonly input: Input;
  /** The least role that may run it. */
  readonly access: Role;
  /** It changes nothing, so it need not be kept durably and may be asked again. */
  readonly readOnly: boolean;
  /** It works on posted files. Default `none`. */
  readonly attachments?: 'none' | 'optional' | 'required';
  /** It answers its input `question`: what people say to Docent without a command runs it. At most one command. Default false. */
  readonly answersQuestions?: boolean;
  /**
   * It adds posted files to the creator's knowledge: members may run it where the channel's link lets them, and files
   * that are posted to Docent without a command run it. At most one command. Default false.
   */
  readonly addsDocuments?: boolean;
  /** Run by buttons only: not listed and not published. Default false. */
  readonly hidden?: boolean;
  /** Its outcome is for whoever ran it alone, where the platform can show it so. Default false. */
  readonly isPrivate?: boolean;
  /** false for commands that run before a channel is linked, such as `link` and `help`; they see the default creator. Default true. */
  readonly needsCreator?: boolean;
  /** How long it may take, in milliseconds, where that is longer than an answer may. */
  readonly timeoutMs?: number;
  run(context: CommandContext<z.infer<Input>>): Promise<CommandOutcome>;
}

/** Declares a command; the input's type reaches `run`. */
export function defineCommand<Input extends z.ZodObject>(definition: CommandDefinition<Input>): CommandDefinition {
  return definition;
}
