import { ApplicationCommandType, InteractionType } from 'discord.js';
import { createBoundedMap } from '../../../core/bounded-map.js';
import type { ChatEvent } from '../../../core/chat/chat-event.js';
import { describeInput } from '../../../core/chat/command-input.js';
import type { CommandDefinition } from '../../../core/chat/command.js';
import type { JsonValue } from '../../../core/json.js';
import { inTime } from '../../../core/deadline.js';
import type { ChatHost } from '../../../core/ports/chat-adapter.js';
import type { Clock } from '../../../core/ports/clock.js';
import type { Logger } from '../../../core/ports/logger.js';
import type { Acknowledgements } from './acknowledge.js';
import { optionNameOf } from '../commands/command-payload.js';
import { readCustomId } from '../commands/custom-id.js';
import { isInteractionOver } from '../api/discord-errors.js';
import { type Intake, isInstant } from './intake.js';
import { type InteractionRequest, interactionEvent, readSlash, userOf } from './interaction-event.js';
import { formOf, readForm } from '../commands/modal.js';
import { isThread, takesThreads } from '../api/places.js';
import { type ReplyContext, threadNameOf } from '../reply/reply-context.js';
import type { RoleOf } from '../api/roles.js';
import type { RootOf } from './root-of.js';
import {
  type WireCommand,
  type WireComponent,
  type WireInteraction,
  type WireModal,
  interactionSchema,
} from '../api/wire-interaction.js';

/** What interactions are answered with. */
export interface InteractionsOptions {
  readonly host: ChatHost;
  readonly intake: Intake;
  readonly acknowledgements: Acknowledgements;
  readonly rootOf: RootOf;
  readonly roleOf: RoleOf;
  readonly opensThreads: boolean;
  /** The command behind a button for a further question; null where people can simply write on. */
  readonly followUpCommand: string | null;
  readonly clock: Clock;
  readonly logger: Logger;
}

const MAX_KNOWN = 10_000;
const MAX_CHOICE = 100;
/** The wait for the creators that a form offers, in milliseconds. */
const CREATORS_TIMEOUT_MS = 500;

/** What a person wants done, as far as it is known before the interaction is acknowledged. */
type Wanted = Pick<InteractionRequest, 'command' | 'input' | 'files' | 'creatorId'> & {
  /** A message whose conversation goes on; undefined for a new one. */
  readonly on?: WireInteraction['message'];
};

/** Takes what people start: commands, buttons, selects and forms. Resolves once it is with the host; never throws. */
export function createInteractions(options: InteractionsOptions): (data: unknown) => Promise<void> {
  const { host, intake, acknowledgements, rootOf, roleOf, clock, logger } = options;
  const known = createBoundedMap<string, true>(MAX_KNOWN);
  const commandOf = (name: string): CommandDefinition | undefined =>
    host.commands.find((command) => command.name === name);

  /** Where the conversation is that a question belongs to, outside a thread. */
  async function rootIdFor({ on, command }: Wanted, interaction: WireInteraction, messageId: string | null) {
    if (command.answersQuestions !== true || interaction.guild_id === undefined) return null;
    return on === undefined ? messageId : rootOf(on);
  }

  /** @param messageId the message that the answer will be; null where there is none, so that it follows for one person alone */
  async function contextOf(
    wanted: Wanted,
    interaction: WireInteraction,
    messageId: string | null,
  ): Promise<ReplyContext> {
    const { command, input } = wanted;
    const rootId = await rootIdFor(wanted, interaction, messageId);
    const isPrivate = command.isPrivate === true || messageId === null;
    const question =
      command.answersQuestions === true && typeof input['question'] === 'string' ? input['question'] : null;
    const opensThread =
      options.opensThreads && question !== null && rootId === messageId && takesThreads(interaction.channel);
    return {
      kind: 'interaction',
      channelId: interaction.channel.id,
      userId: userOf(interaction).id,
      applicationId: interaction.application_id,
      token: interaction.token,
      isPrivate,
      messageId: isPrivate ? null : messageId,
      question,
      rootId,
      threadName: opensThread ? threadNameOf(question) : null,
      followUpCommand: options.followUpCommand,
    };
  }

  async function run(interaction: WireInteraction, wanted: Wanted): Promise<void> {
    const messageId = await acknowledgements.defer(interaction, wanted.command.isPrivate === true);
    const replyContext = await contextOf(wanted, interaction, messageId);
    const rootId = isThread(interaction.channel) ? null : replyContext.rootId;
    const event = interactionEvent(interaction, roleOf, { ...wanted, rootId, replyContext });
    if (isInstant(wanted.command)) await intake.execute(event);
    else await intake.accept(event, true);
  }

  /** Asks first what cannot be run without; otherwise runs. */
  async function askOrRun(interaction: WireInteraction, wanted: Wanted, asks?: string): Promise<void> {
    const { command, input, files } = wanted;
    const needsFiles = command.attachments === 'required' && files.length === 0;
    if (asks === undefined && !needsFiles) return run(interaction, wanted);
    const creators = needsFiles ? await creatorsFor(interaction) : [];
    const form = formOf({ command, input, asks, extensions: host.acceptedExtensions, creators });
    if (form === undefined) return run(interaction, wanted);
    return acknowledgements.showForm(interaction, form);
  }

  /** The creators of this server, for who may link one; none that are not known at once: a form cannot come after a defer. */
  async function creatorsFor(interaction: WireInteraction): Promise<string[]> {
    const command = commandOf('link');
    if (command === undefined) return [];
    const known = host.suggest(typingEvent(interaction, command), 'creator', '');
    return inTime({ clock, timeoutMs: CREATORS_TIMEOUT_MS }, known).catch(() => []);
  }

  async function takeCommand(interaction: WireCommand): Promise<void> {
    const { data } = interaction;
    if (data.type === ApplicationCommandType.Message) {
      const command = host.commands.find(({ addsDocuments }) => addsDocuments === true);
      const files = data.resolved.messages[data.target_id]?.attachments ?? [];
      if (command === undefined) return acknowledgements.tell(interaction, UNKNOWN_COMMAND);
      if (files.length === 0) return acknowledgements.tell(interaction, NO_FILE);
      return run(interaction, { command, input: {}, files });
    }
    const command = commandOf(data.name);
    if (command === undefined) return acknowledgements.tell(interaction, UNKNOWN_COMMAND);
    return askOrRun(interaction, { command, ...readSlash(command, data) });
  }

  async function takeTyping(interaction: WireCommand): Promise<void> {
    const { data } = interaction;
    const command = data.type === ApplicationCommandType.ChatInput ? commandOf(data.name) : undefined;
    const options = data.type === ApplicationCommandType.ChatInput ? data.options : [];
    const focused = options.find((option) => option.focused === true);
    const field =
      command === undefined || focused === undefined
        ? undefined
        : describeInput(command).find((one) => optionNameOf(one) === focused.name);
    const names =
      command === undefined || field === undefined
        ? []
        : await host.suggest(typingEvent(interaction, command), field.name, String(focused?.value ?? ''));
    const choices = names.filter((name) => name.length <= MAX_CHOICE).map((name) => ({ name, value: name }));
    return acknowledgements.offer(interaction, choices);
  }

  function typingEvent(interaction: WireInteraction, command: CommandDefinition): ChatEvent {
    return interactionEvent(interaction, roleOf, { command, input: {}, files: [], rootId: null, replyContext: null });
  }

  async function takeComponent(interaction: WireComponent): Promise<void> {
    const { data, message: on } = interaction;
    const task = readCustomId(data.custom_id);
    if (task?.kind === 'passage') {
      const command = commandOf('passage');
      const input = { answer: task.answerId, source: Number(data.values[0]) };
      return command === undefined
        ? acknowledgements.tell(interaction, UNKNOWN_COMMAND)
        : run(interaction, { command, input, files: [] });
    }
    const command = task?.kind === 'action' ? commandOf(task.command) : undefined;
    if (task?.kind !== 'action' || command === undefined) return acknowledgements.tell(interaction, UNKNOWN_COMMAND);
    const wanted = { command, input: task.input, files: [], on };
    await askOrRun(interaction, wanted, task.asks);
    if (task.asks !== undefined) await runWithoutAsking(interaction, wanted, task.asks);
    return undefined;
  }

  /** What need not be filled in counts at once: somebody may close the form. */
  async function runWithoutAsking(interaction: WireInteraction, wanted: Wanted, asks: string): Promise<void> {
    const isNeeded = describeInput(wanted.command).some(({ name, isRequired }) => name === asks && isRequired);
    if (isNeeded || !isInstant(wanted.command)) return;
    // The form was the first response: there is no message yet.
    const replyContext = await contextOf(wanted, interaction, null);
    await intake.executeUnseen(interactionEvent(interaction, roleOf, { ...wanted, rootId: null, replyContext }));
  }

  async function takeForm(interaction: WireModal): Promise<void> {
    const task = readCustomId(interaction.data.custom_id);
    const command = task?.kind === 'form' ? commandOf(task.command) : undefined;
    if (task?.kind !== 'form' || command === undefined) return acknowledgements.tell(interaction, UNKNOWN_COMMAND);
    const { input, files, creatorId } = readForm(interaction);
    const all: Record<string, JsonValue> = { ...input, ...task.input };
    return run(interaction, { command, input: all, files, creatorId, on: interaction.message });
  }

  function take(interaction: WireInteraction): Promise<void> {
    switch (interaction.type) {
      case InteractionType.ApplicationCommand:
        return takeCommand(interaction);
      case InteractionType.ApplicationCommandAutocomplete:
        return takeTyping(interaction);
      case InteractionType.MessageComponent:
        return takeComponent(interaction);
      case InteractionType.ModalSubmit:
        return takeForm(interaction);
    }
  }

  return async (data) => {
    const parsed = interactionSchema.safeParse(data);
    if (!parsed.success) {
      logger.warn('discord.interaction-unreadable', {}, parsed.error);
      return;
    }
    const { id } = parsed.data;
    // The gateway may deliver again what it delivered before a reconnect.
    if (known.get(id) === true) return;
    known.set(id, true);
    try {
      await take(parsed.data);
    } catch (error) {
      // Its person was told by Discord that Docent did not respond.
      if (isInteractionOver(error)) logger.warn('discord.interaction-too-late', { interactionId: id }, error);
      else logger.error('discord.interaction-failed', { interactionId: id }, error);
    }
  };
}

const UNKNOWN_COMMAND =
  'I do not have that command any more. Reload Discord (Ctrl+R), and look with /help what there is.';
const NO_FILE = 'That message has no file. Choose a message with a file, or use /ingest.';
