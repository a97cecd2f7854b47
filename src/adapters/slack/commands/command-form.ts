import type { types } from '@slack/bolt';
import { z } from 'zod';
import { type InputField, describeInput } from '../../../core/chat/command-input.js';
import type { CommandDefinition } from '../../../core/chat/command.js';
import { type JsonValue, jsonSchema } from '../../../core/json.js';
import { type Block, plainText } from '../draw/slack-markup.js';

/** The callback id of every form that runs a command. */
export const COMMAND_FORM = 'docent_command';

const formContextSchema = z.object({
  command: z.string(),
  /** What is known already. */
  given: z.record(z.string(), jsonSchema),
  channelId: z.string(),
  threadTs: z.string().nullable(),
  responseUrl: z.string().nullable(),
});
/** What a form keeps of where it was opened, so that any process takes it. */
export type FormContext = z.infer<typeof formContextSchema>;

/** Slack's limits: characters of a title, a hint and of what a form keeps; options of a menu. */
const MAX_TITLE = 24;
const MAX_LABEL = 150;
const MAX_CONTEXT = 3_000;
const MAX_OPTIONS = 100;
const MAX_TEXT = 3_000;
/** Every field's element; its block is called like the field. */
export const FIELD_ACTION = 'value';

/** A form with a field for each of these inputs of a command. */
export function drawForm(
  command: CommandDefinition,
  context: FormContext,
  fields: readonly InputField[] = describeInput(command),
  more: readonly Block[] = [],
): types.ModalView {
  const given = fields.map((field) => drawField(field, context.given[field.name] ?? field.fallback));
  return {
    type: 'modal',
    callback_id: COMMAND_FORM,
    title: plainText(titleOf(command.name), MAX_TITLE),
    submit: plainText('Send', MAX_TITLE),
    close: plainText('Cancel', MAX_TITLE),
    private_metadata: keep(context),
    blocks: [{ type: 'context', elements: [plainText(command.description, MAX_LABEL)] }, ...more, ...given],
  };
}

/** @throws z.ZodError for what no form of Docent's keeps. */
export function readFormContext(kept: string): FormContext {
  return formContextSchema.parse(JSON.parse(kept));
}

/** What is typed is left out where it is too long to keep: its field is there to be filled again. */
function keep(context: FormContext): string {
  const kept = JSON.stringify(context);
  return kept.length <= MAX_CONTEXT ? kept : JSON.stringify({ ...context, given: {} });
}

function titleOf(name: string): string {
  const words = name.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function drawField(field: InputField, value: JsonValue | undefined): types.InputBlock {
  const words = field.name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return {
    type: 'input',
    block_id: field.name,
    label: plainText(titleOf(words), MAX_LABEL),
    ...(field.description === '' ? {} : { hint: plainText(field.description, MAX_LABEL) }),
    // A box that is not ticked is an answer too.
    optional: !field.isRequired || field.kind === 'flag',
    element: drawElement(field, value),
  };
}

function drawElement(field: InputField, value: JsonValue | undefined): types.InputBlock['element'] {
  const { kind, choices, min, max, example } = field;
  const action_id = FIELD_ACTION;
  const initial = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  switch (kind) {
    case 'flag': {
      const option = optionOf('yes', 'Yes');
      return {
        type: 'checkboxes',
        action_id,
        options: [option],
        ...(value === true ? { initial_options: [option] } : {}),
      };
    }
    case 'choice': {
      const options = choices.slice(0, MAX_OPTIONS).map((choice) => optionOf(choice, choice));
      const chosen = options.find((option) => option.value === initial);
      return { type: 'static_select', action_id, options, ...(chosen === undefined ? {} : { initial_option: chosen }) };
    }
    case 'integer':
    case 'number':
      return {
        type: 'number_input',
        action_id,
        is_decimal_allowed: kind === 'number',
        ...(min === undefined ? {} : { min_value: String(min) }),
        ...(max === undefined ? {} : { max_value: String(max) }),
        ...(initial === '' ? {} : { initial_value: initial }),
      };
    case 'text':
      return {
        type: 'plain_text_input',
        action_id,
        multiline: max === undefined || max > MAX_LABEL,
        max_length: Math.min(MAX_TEXT, max ?? MAX_TEXT),
        placeholder: plainText(example, MAX_LABEL),
        ...(initial === '' ? {} : { initial_value: initial.slice(0, MAX_TEXT) }),
      };
  }
}

/** An option of a menu or a box. */
export function optionOf(value: string, label: string): { text: types.PlainTextElement; value: string } {
  return { text: plainText(label, 75), value };
}
