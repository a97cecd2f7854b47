import { z } from 'zod';
import { choosers } from './choosers.js';
import { identifier, plainText, textUpTo } from './texts.js';
import { confirm, focusOnLoad, placeholder } from './element-parts.js';

/** A button (reference/block-kit/block-elements/button-element). */
export const button = z.strictObject({
  type: z.literal('button'),
  action_id: identifier,
  text: plainText(75),
  value: z.string().max(2_000).optional(),
  url: textUpTo(3_000).optional(),
  style: z.enum(['primary', 'danger']).optional(),
  confirm,
  accessibility_label: textUpTo(75).optional(),
});

/** A file of Slack's own (block-kit/composition-objects/slack-file-object). */
export const slackFile = z
  .strictObject({
    id: z
      .string()
      .refine((id) => /^F[A-Z0-9]{8,}$/.test(id), { error: 'input must match regex pattern: ^[F][A-Z0-9]{8,}$' })
      .optional(),
    url: textUpTo(3_000).optional(),
  })
  .refine(({ id, url }) => (id === undefined) !== (url === undefined), { error: 'must have either id or url' });

/** An image within a block. */
export const image = z.strictObject({
  type: z.literal('image'),
  alt_text: textUpTo(2_000),
  image_url: textUpTo(3_000).optional(),
  slack_file: slackFile.optional(),
});

const feedbackButton = z.strictObject({
  text: plainText(75),
  value: textUpTo(2_000),
  accessibility_label: textUpTo(75).optional(),
});

/** What a `context_actions` block holds. */
export const contextActionElement = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('feedback_buttons'),
    action_id: identifier,
    positive_button: feedbackButton,
    negative_button: feedbackButton,
  }),
  z.strictObject({
    type: z.literal('icon_button'),
    action_id: identifier,
    icon: z.enum(['trash']),
    text: plainText(75),
    value: z.string().max(2_000).optional(),
    confirm,
    accessibility_label: textUpTo(75).optional(),
    visible_to_user_ids: z.array(z.string()).optional(),
  }),
]);

const dispatchActionConfig = z
  .strictObject({ trigger_actions_on: z.array(z.enum(['on_enter_pressed', 'on_character_entered'])).min(1) })
  .optional();
const typed = {
  action_id: identifier,
  placeholder,
  focus_on_load: focusOnLoad,
  dispatch_action_config: dispatchActionConfig,
};

const typedInputs = [
  z.strictObject({
    type: z.literal('plain_text_input'),
    ...typed,
    initial_value: z.string().max(3_000).optional(),
    multiline: z.boolean().optional(),
    min_length: z.int().min(0).max(3_000).optional(),
    max_length: z.int().min(1).max(3_000).optional(),
  }),
  z.strictObject({
    type: z.literal('number_input'),
    ...typed,
    is_decimal_allowed: z.boolean(),
    initial_value: z.string().optional(),
    min_value: z.string().optional(),
    max_value: z.string().optional(),
  }),
  z.strictObject({ type: z.literal('email_text_input'), ...typed, initial_value: z.string().optional() }),
  z.strictObject({ type: z.literal('url_text_input'), ...typed, initial_value: z.string().optional() }),
  z.strictObject({ type: z.literal('rich_text_input'), ...typed, initial_value: z.unknown().optional() }),
  z.strictObject({
    type: z.literal('file_input'),
    action_id: identifier,
    filetypes: z.array(textUpTo(20)).min(1).optional(),
    max_files: z.int().min(1).max(10).optional(),
  }),
] as const;

const dated = { action_id: identifier, placeholder, confirm, focus_on_load: focusOnLoad };
const datePickers = [
  z.strictObject({ type: z.literal('datepicker'), ...dated, initial_date: z.iso.date().optional() }),
  z.strictObject({
    type: z.literal('timepicker'),
    ...dated,
    initial_time: z.string().optional(),
    timezone: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal('datetimepicker'),
    action_id: identifier,
    confirm,
    focus_on_load: focusOnLoad,
    initial_date_time: z.int().optional(),
  }),
] as const;

/** What an `actions` block holds. */
export const actionElement = z.discriminatedUnion('type', [button, ...choosers, ...datePickers, typedInputs[4]]);
/** What stands beside a section. */
export const accessory = z.discriminatedUnion('type', [button, image, ...choosers, datePickers[0], datePickers[1]]);
/** What an `input` block holds. */
export const inputElement = z.discriminatedUnion('type', [...choosers, ...datePickers, ...typedInputs]);
/** Anything that a person can use, as parsed. */
export type InteractiveElement =
  | z.infer<typeof actionElement>
  | z.infer<typeof inputElement>
  | z.infer<typeof contextActionElement>;
