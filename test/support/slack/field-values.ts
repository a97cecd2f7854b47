import type { Option } from './block-kit/element-parts.js';
import type { InteractiveElement } from './block-kit/elements.js';
import { optionsOf } from './block-kit/options-of.js';
import type { Payload } from './descriptions.js';
import { extensionOf } from './descriptions.js';
import type { ChosenFile, FieldValue } from './person.js';

/** Larger files cannot be chosen in a modal (block-elements/file-input-element). */
const MAX_FILE_BYTES = 10 * 1024 * 1024;
const DEFAULT_MAX_FILES = 10;

/** The state of a field before anybody touches it (interaction payloads, `state.values`). */
export function initialState(element: InteractiveElement): Payload {
  const { type } = element;
  if (type === 'static_select' || type === 'radio_buttons' || type === 'external_select')
    return { type, selected_option: element.initial_option ?? null };
  if (type === 'multi_static_select' || type === 'checkboxes' || type === 'multi_external_select')
    return { type, selected_options: element.initial_options ?? [] };
  if (type === 'users_select') return { type, selected_user: element.initial_user ?? null };
  if (type === 'multi_users_select') return { type, selected_users: element.initial_users ?? [] };
  if (type === 'channels_select') return { type, selected_channel: element.initial_channel ?? null };
  if (type === 'multi_channels_select') return { type, selected_channels: element.initial_channels ?? [] };
  if (type === 'conversations_select') return { type, selected_conversation: element.initial_conversation ?? null };
  if (type === 'multi_conversations_select')
    return { type, selected_conversations: element.initial_conversations ?? [] };
  if (type === 'datepicker') return { type, selected_date: element.initial_date ?? null };
  if (type === 'timepicker') return { type, selected_time: element.initial_time ?? null };
  if (type === 'datetimepicker') return { type, selected_date_time: element.initial_date_time ?? null };
  if (type === 'file_input') return { type, files: [] };
  if (type === 'rich_text_input') return { type, rich_text_value: element.initial_value ?? null };
  return { type, value: ('initial_value' in element ? element.initial_value : undefined) ?? null };
}

/** What makes a state: files are stored by the caller, which gives their descriptions. */
export type StoreFiles = (files: readonly ChosenFile[]) => readonly Payload[];

/** The state of a field with what a person put in. @throws Error when the field does not let them */
export function filledState(element: InteractiveElement, value: FieldValue, store: StoreFiles): Payload {
  const { type } = element;
  if (type === 'file_input') return { type, files: store(chosenFiles(element, value)) };
  const texts = typeof value === 'string' ? [value] : value.filter((part) => typeof part === 'string');
  const [first = ''] = texts;
  if (optionsOf(element) !== undefined) {
    const options = texts.map((text) => chosenOption(element, text));
    const isSingle = 'selected_option' in initialState(element);
    return isSingle
      ? { type, selected_option: options[0] ?? null }
      : { type, selected_options: limited(element, options) };
  }
  const [key = 'value', empty] = Object.entries(initialState(element)).find(([name]) => name !== 'type') ?? [];
  if (Array.isArray(empty)) return { type, [key]: limited(element, texts) };
  if (key === 'selected_date_time') return { type, [key]: Number(first) };
  checkTyped(element, first);
  return { type, [key]: first === '' ? null : first };
}

/** Whether a field is empty, which a required one may not be. */
export function isEmptyState({ type: _type, ...values }: Payload): boolean {
  return Object.values(values).every((value) => value === null || (Array.isArray(value) && value.length === 0));
}

function limited<Item>(element: InteractiveElement, items: readonly Item[]): readonly Item[] {
  const most = 'max_selected_items' in element ? element.max_selected_items : undefined;
  if (most !== undefined && items.length > most) throw new Error(`no more than ${most} items can be chosen`);
  return items;
}

/** The offered option with this value. @throws Error when there is none */
export function chosenOption(element: InteractiveElement, value: string): Option {
  const option = optionsOf(element)?.find((offered) => offered.value === value);
  if (option === undefined) throw new Error(`there is no option "${value}" to choose`);
  return option;
}

function chosenFiles(
  { filetypes, max_files: most = DEFAULT_MAX_FILES }: Extract<InteractiveElement, { type: 'file_input' }>,
  value: FieldValue,
): readonly ChosenFile[] {
  const files = typeof value === 'string' ? [] : value.filter((part) => typeof part !== 'string');
  if (files.length > most) throw new Error(`no more than ${most} files can be chosen`);
  for (const { name, bytes } of files) {
    if (filetypes !== undefined && !filetypes.includes(extensionOf(name)))
      throw new Error(`"${name}" cannot be chosen: only ${filetypes.join(', ')}`);
    if (bytes.length > MAX_FILE_BYTES) throw new Error(`"${name}" cannot be chosen: it is over 10 MB`);
  }
  return files;
}

function checkTyped(element: InteractiveElement, text: string): void {
  if (text === '') return;
  if (element.type === 'plain_text_input') {
    const { min_length: least = 0, max_length: most = 3_000 } = element;
    if (text.length < least || text.length > most) throw new Error(`the text must have ${least} to ${most} characters`);
  }
  if (element.type === 'number_input' && !/^-?\d+(?:\.\d+)?$/.test(text)) throw new Error(`"${text}" is no number`);
  if (element.type === 'url_text_input' && !URL.canParse(text)) throw new Error(`"${text}" is no address`);
  if (element.type === 'email_text_input' && !text.includes('@')) throw new Error(`"${text}" is no e-mail address`);
}
