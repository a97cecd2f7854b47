import type { APIApplicationCommandOptionChoice, APIUser } from 'discord.js';
import type { InteractionRun } from './interaction-run.js';
import type { Channel, Guild, Message, Role, Upload } from './world.js';

/** What somebody writes. */
export interface PostOptions {
  readonly content?: string;
  readonly attachments?: readonly Upload[];
  readonly replyTo?: Message;
  /** Of a reply: whether its author is pinged. Default true. */
  readonly pingsAuthor?: boolean;
}

/** A value of a slash command's option. */
export type OptionValue = string | number | boolean | Upload | Person | Channel | Role;

/** Values for a modal, by the `custom_id` of each input. */
export type ModalValues = Readonly<Record<string, string | boolean | readonly string[] | readonly Upload[]>>;

/**
 * Somebody who uses Discord. Each act is on the wire when the call returns; what it cannot be on Discord (an unknown command, a
 * missing option, a button that is not there) is an Error at once.
 */
export interface Person {
  readonly id: string;
  readonly user: APIUser;
  /** Their mention, such as `<@1>`. */
  readonly mention: string;
  /** False: the bot cannot write to them (50007). Default true. */
  acceptsDirectMessages: boolean;
  /** Posts in a channel, a thread or a direct message. */
  post(channel: Channel, message: string | PostOptions): Message;
  /** Opens a post in a forum, or a thread in a channel, with a first message. */
  openThread(parent: Channel, name: string, message: string | PostOptions): Channel;
  /** Edits a message of their own. */
  edit(message: Message, content: string): void;
  delete(message: Message): void;
  react(message: Message, emoji: string): void;
  /** `ask`, or `report now` for a subcommand. */
  useCommand(channel: Channel, command: string, options?: Readonly<Record<string, OptionValue>>): InteractionRun;
  /** What is offered while they type `focused`, as far as the app answers. */
  typeOption(
    channel: Channel,
    command: string,
    focused: { readonly name: string; readonly value: string },
    options?: Readonly<Record<string, OptionValue>>,
  ): Promise<readonly APIApplicationCommandOptionChoice[]>;
  /** Uses a command of a message's context menu. */
  useMessageCommand(command: string, message: Message): InteractionRun;
  press(message: Message, customId: string): InteractionRun;
  select(message: Message, customId: string, values: readonly string[]): InteractionRun;
  /** Fills in the modal that the interaction opened, and sends it. */
  submit(opened: InteractionRun, values: ModalValues): InteractionRun;
  leave(guild: Guild): void;
}
