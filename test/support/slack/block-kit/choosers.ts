import { z } from 'zod';
import { confirm, focusOnLoad, menuOptions, option, optionGroups, placeholder } from './element-parts.js';
import { identifier } from './texts.js';

const common = { action_id: identifier, confirm, focus_on_load: focusOnLoad };
const menu = { ...common, placeholder };
const several = { ...menu, max_selected_items: z.int().min(1).optional() };
const fewOptions = z.array(option).min(1).max(10);
const ids = z.array(z.string()).optional();
const conversations = {
  default_to_current_conversation: z.boolean().optional(),
  response_url_enabled: z.boolean().optional(),
  filter: z.unknown().optional(),
};

/** Menus, checkboxes and radio buttons (reference/block-kit/block-elements). */
export const choosers = [
  z.strictObject({
    type: z.literal('static_select'),
    ...menu,
    options: menuOptions.optional(),
    option_groups: optionGroups.optional(),
    initial_option: option.optional(),
  }),
  z.strictObject({
    type: z.literal('multi_static_select'),
    ...several,
    options: menuOptions.optional(),
    option_groups: optionGroups.optional(),
    initial_options: z.array(option).min(1).optional(),
  }),
  z.strictObject({
    type: z.literal('external_select'),
    ...menu,
    initial_option: option.optional(),
    min_query_length: z.int().min(0).optional(),
  }),
  z.strictObject({
    type: z.literal('multi_external_select'),
    ...several,
    initial_options: z.array(option).optional(),
    min_query_length: z.int().min(0).optional(),
  }),
  z.strictObject({ type: z.literal('users_select'), ...menu, initial_user: z.string().optional() }),
  z.strictObject({ type: z.literal('multi_users_select'), ...several, initial_users: ids }),
  z.strictObject({
    type: z.literal('channels_select'),
    ...menu,
    initial_channel: z.string().optional(),
    response_url_enabled: z.boolean().optional(),
  }),
  z.strictObject({ type: z.literal('multi_channels_select'), ...several, initial_channels: ids }),
  z.strictObject({
    type: z.literal('conversations_select'),
    ...menu,
    ...conversations,
    initial_conversation: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal('multi_conversations_select'),
    ...several,
    ...conversations,
    initial_conversations: ids,
  }),
  z.strictObject({
    type: z.literal('checkboxes'),
    ...common,
    options: fewOptions,
    initial_options: z.array(option).min(1).optional(),
  }),
  z.strictObject({
    type: z.literal('radio_buttons'),
    ...common,
    options: fewOptions,
    initial_option: option.optional(),
  }),
  z.strictObject({
    type: z.literal('overflow'),
    action_id: identifier,
    confirm,
    options: z.array(option).min(1).max(5),
  }),
] as const;
