import {
  type APIComponentInLabel,
  type APIModalInteractionResponseCallbackData,
  ComponentType,
  TextInputStyle,
} from 'discord.js';
import { type InputField, describeInput } from '../../../core/chat/command-input.js';
import type { CommandDefinition } from '../../../core/chat/command.js';
import type { JsonValue } from '../../../core/json.js';
import { fileTypesOf } from './command-payload.js';
import { formId } from './custom-id.js';
import type { WireAttachment } from '../api/wire.js';
import type { WireModal, WireModalValue } from '../api/wire-interaction.js';

/** @see https://discord.com/developers/docs/components/reference#label */
const MAX_INPUTS = 5;
const MAX_LABEL = 45;
const MAX_DESCRIPTION = 100;
const MAX_TEXT = 4_000;
const MAX_FILES = 10;
/** Options of a select. */
const MAX_OPTIONS = 25;
/** The ids of the inputs for files and for whose knowledge is meant; no command's input has a name like them. */
const FILES = '$files';
const CREATOR = '$creator';

/** A form for a command. */
export interface FormOptions {
  readonly command: CommandDefinition;
  /** Known already, and not asked for. */
  readonly input: Readonly<Record<string, JsonValue>>;
  /** Asks for this input alone; undefined for all that are not known. */
  readonly asks: string | undefined;
  /** Endings for the file picker. */
  readonly extensions: readonly string[];
  /** Whose knowledge files may go to, beside the channel's own; asked for where there are two or more. */
  readonly creators: readonly string[];
}

/** The modal that asks for a command's inputs, files first; undefined where Discord cannot show one. */
export function formOf({
  command,
  input,
  asks,
  extensions,
  creators,
}: FormOptions): APIModalInteractionResponseCallbackData | undefined {
  const customId = formId(command.name, input);
  if (customId === undefined) return undefined;
  const fields = describeInput(command).filter(({ name }) =>
    asks === undefined ? input[name] === undefined : name === asks,
  );
  const takesFiles = asks === undefined && command.attachments !== undefined && command.attachments !== 'none';
  const labels = [
    ...(takesFiles ? [filesLabel(extensions)] : []),
    ...(takesFiles && creators.length > 1 ? [creatorLabel(creators)] : []),
    ...fields.map((field) => label(titleOf(field.name), field.description, inputOf(field))),
  ];
  if (labels.length === 0 || labels.length > MAX_INPUTS) return undefined;
  return { custom_id: customId, title: titleOf(command.name).slice(0, MAX_LABEL), components: labels };
}

/** What was filled in: inputs by name, the files, and whose knowledge is meant where that was chosen. */
export function readForm({ data }: WireModal): {
  readonly input: Record<string, JsonValue>;
  readonly files: readonly WireAttachment[];
  readonly creatorId: string | undefined;
} {
  const values = data.components.map(({ component }) => component);
  const chosen = (wanted: string): readonly string[] => values.find(({ custom_id: id }) => id === wanted)?.values ?? [];
  return {
    creatorId: chosen(CREATOR)[0],
    input: Object.fromEntries(
      values.flatMap((value): [string, JsonValue][] => {
        const given = valueOf(value);
        const isOwn = value.custom_id === FILES || value.custom_id === CREATOR;
        return isOwn || given === undefined ? [] : [[value.custom_id, given]];
      }),
    ),
    files: chosen(FILES).flatMap((id) => data.resolved.attachments[id] ?? []),
  };
}

function valueOf({ value, values }: WireModalValue): JsonValue | undefined {
  return value ?? values?.[0];
}

function filesLabel(extensions: readonly string[]) {
  const description =
    extensions.length === 0 ? 'Up to ten files.' : `Up to ten files: ${extensions.join(' ')}`.slice(0, MAX_DESCRIPTION);
  return label('Files', description, {
    type: ComponentType.FileUpload,
    custom_id: FILES,
    min_values: 0,
    max_values: MAX_FILES,
    required: false,
    ...fileTypesOf(extensions),
  });
}

function creatorLabel(creators: readonly string[]) {
  return label('Creator', "Whose knowledge they go to; without a choice, the channel's own.", {
    type: ComponentType.StringSelect,
    custom_id: CREATOR,
    required: false,
    options: creators.slice(0, MAX_OPTIONS).map((creator) => ({ label: creator, value: creator })),
  });
}

function label(title: string, description: string, component: APIComponentInLabel) {
  return {
    type: ComponentType.Label as const,
    label: title.slice(0, MAX_LABEL),
    description: description.slice(0, MAX_DESCRIPTION),
    component,
  };
}

/** `Whole workspace` for `wholeWorkspace`. */
function titleOf(name: string): string {
  const words = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function inputOf(field: InputField): APIComponentInLabel {
  const common = { custom_id: field.name, required: field.isRequired };
  if (field.kind === 'flag' || field.kind === 'choice') {
    const choices = field.kind === 'flag' ? ['yes', 'no'] : field.choices;
    const fallback = field.kind === 'flag' ? (field.fallback === true ? 'yes' : 'no') : field.fallback;
    return {
      ...common,
      type: ComponentType.StringSelect,
      options: choices.map((choice) => ({ label: choice, value: choice, default: choice === fallback })),
    };
  }
  return {
    ...common,
    type: ComponentType.TextInput,
    style: field.kind === 'text' ? TextInputStyle.Paragraph : TextInputStyle.Short,
    placeholder: field.example.slice(0, 100),
    max_length: field.kind === 'text' ? Math.min(field.max ?? MAX_TEXT, MAX_TEXT) : 20,
  };
}
