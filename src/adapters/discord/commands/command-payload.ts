import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  PermissionFlagsBits,
  type APIApplicationCommandAttachmentOption,
  type APIApplicationCommandBasicOption,
  type RESTPostAPIApplicationCommandsJSONBody,
} from 'discord.js';
import { type InputField, describeInput, optionOf } from '../../../core/chat/command-input.js';
import type { CommandDefinition } from '../../../core/chat/command.js';
import type { ChatHost } from '../../../core/ports/chat-adapter.js';
import { type CommandTexts, type OptionTexts, germanCommands } from './german.js';

/** Files that one slash command takes, an option each. */
const MAX_FILES = 5;
/** @see https://discord.com/developers/docs/interactions/application-commands#application-command-object-application-command-option-structure */
const MAX_FILE_TYPES = 10;
const MAX_TEXT = 6_000;

/** The context menu entry on a posted file, in English and German. */
export const ADD_TO_KNOWLEDGE = { name: 'Add to knowledge', german: 'Zum Wissen hinzufügen' } as const;

/** What the commands are made from. */
export interface CommandPayloadOptions {
  readonly host: Pick<ChatHost, 'commands' | 'acceptedExtensions'>;
  /** Whether the settings name anybody who may run operators' commands. */
  readonly hasOperators: boolean;
}

/** The commands as Discord registers them: a slash command each, and a context menu for the one that adds documents. */
export function commandPayloads({
  host,
  hasOperators,
}: CommandPayloadOptions): RESTPostAPIApplicationCommandsJSONBody[] {
  const published = host.commands.filter(
    ({ hidden, access }) => hidden !== true && (access !== 'operator' || hasOperators),
  );
  return published.flatMap((command) => {
    const slash: RESTPostAPIApplicationCommandsJSONBody = {
      type: ApplicationCommandType.ChatInput,
      ...textsOf(command, germanCommands[command.name]),
      ...audienceOf(command),
      options: optionsOf(command, host.acceptedExtensions),
    };
    return command.addsDocuments === true ? [slash, contextMenuOf(command)] : [slash];
  });
}

/** How an input is called as an option: `whole-workspace` for `wholeWorkspace`. */
export function optionNameOf(field: Pick<InputField, 'name'>): string {
  return optionOf(field).slice(2);
}

/** What attachment options are called: `file`, `file-2` and so on. */
export function fileOptionName(index: number): string {
  return index === 0 ? 'file' : `file-${index + 1}`;
}

function contextMenuOf(command: CommandDefinition): RESTPostAPIApplicationCommandsJSONBody {
  return {
    type: ApplicationCommandType.Message,
    name: ADD_TO_KNOWLEDGE.name,
    name_localizations: { de: ADD_TO_KNOWLEDGE.german },
    ...audienceOf(command),
    contexts: [InteractionContextType.Guild],
  };
}

function textsOf({ name, description }: CommandDefinition, german: CommandTexts | undefined) {
  return {
    name,
    description,
    ...(german === undefined
      ? {}
      : { name_localizations: { de: german.name }, description_localizations: { de: german.description } }),
  };
}

/**
 * Who sees a command: a default that a server's admins can change, so access is checked again when it is run. A command
 * that adds documents stays visible to members: a channel's link may let them.
 */
function audienceOf({ access, addsDocuments }: CommandDefinition) {
  const isForAll = access === 'member' || addsDocuments === true;
  const manager = PermissionFlagsBits.ManageGuild.toString();
  return {
    default_member_permissions: isForAll ? null : access === 'manager' ? manager : '0',
    contexts: isForAll ? [InteractionContextType.Guild, InteractionContextType.BotDM] : [InteractionContextType.Guild],
    integration_types: [ApplicationIntegrationType.GuildInstall],
  };
}

function optionsOf(command: CommandDefinition, extensions: readonly string[]): APIApplicationCommandBasicOption[] {
  const german = germanCommands[command.name]?.options ?? {};
  const fields = describeInput(command).map((field) => ({
    ...optionOfField(field, german[field.name]?.choices),
    ...germanOption(german[field.name]),
  }));
  const files =
    command.attachments === undefined || command.attachments === 'none'
      ? []
      : Array.from({ length: MAX_FILES }, (_, index) => fileOption(index, extensions));
  // Discord wants required options first; the order is otherwise the command's own.
  return [...files, ...fields].toSorted((one, other) => Number(other.required) - Number(one.required));
}

function fileOption(index: number, extensions: readonly string[]): APIApplicationCommandAttachmentOption {
  return {
    type: ApplicationCommandOptionType.Attachment,
    name: fileOptionName(index),
    description: index === 0 ? 'A file to add.' : 'One more file.',
    name_localizations: { de: index === 0 ? 'datei' : `datei-${index + 1}` },
    description_localizations: { de: index === 0 ? 'Eine Datei zum Hinzufügen.' : 'Noch eine Datei.' },
    required: false,
    ...fileTypesOf(extensions),
  };
}

/** The endings that a file picker offers, where they are few enough for Discord; the files are looked at again in any case. */
export function fileTypesOf(extensions: readonly string[]) {
  return extensions.length > 0 && extensions.length <= MAX_FILE_TYPES
    ? { file_types: extensions as NonNullable<APIApplicationCommandAttachmentOption['file_types']> }
    : {};
}

function germanOption(german: CommandTexts | undefined) {
  return german === undefined
    ? {}
    : { name_localizations: { de: german.name }, description_localizations: { de: german.description } };
}

function optionOfField(field: InputField, german: OptionTexts['choices'] = {}): APIApplicationCommandBasicOption {
  const common = { name: optionNameOf(field), description: field.description, required: field.isRequired };
  switch (field.kind) {
    case 'flag':
      return { ...common, type: ApplicationCommandOptionType.Boolean };
    case 'integer':
      return { ...common, type: ApplicationCommandOptionType.Integer, ...rangeOf(field) };
    case 'number':
      return { ...common, type: ApplicationCommandOptionType.Number, ...rangeOf(field) };
    case 'choice':
      return {
        ...common,
        type: ApplicationCommandOptionType.String,
        choices: field.choices.map((choice) => {
          const translated = german[choice];
          return {
            name: choice,
            value: choice,
            ...(translated === undefined ? {} : { name_localizations: { de: translated } }),
          };
        }),
      };
    case 'text':
      return {
        ...common,
        type: ApplicationCommandOptionType.String,
        ...(field.min === undefined ? {} : { min_length: Math.min(field.min, MAX_TEXT) }),
        ...(field.max === undefined ? {} : { max_length: Math.min(Math.max(1, field.max), MAX_TEXT) }),
        ...(field.suggests === undefined ? {} : { autocomplete: true }),
      };
  }
}

function rangeOf({ min, max }: InputField) {
  return { ...(min === undefined ? {} : { min_value: min }), ...(max === undefined ? {} : { max_value: max }) };
}
