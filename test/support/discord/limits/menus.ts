import { z } from 'zod';
import { addFieldError } from '../form.js';
import { componentIdSchema, customIdSchema, hasDuplicates, optionSchema, snowflakeSchema } from './fields.js';

const menuFields = {
  id: componentIdSchema,
  custom_id: customIdSchema,
  placeholder: z.string().max(150).optional(),
  min_values: z.int().min(0).max(25).optional(),
  max_values: z.int().min(1).max(25).optional(),
  required: z.boolean().optional(),
  disabled: z.boolean().optional(),
} as const;

const defaultValuesSchema = z
  .array(z.strictObject({ id: snowflakeSchema, type: z.enum(['user', 'role', 'channel']) }))
  .max(25)
  .optional();

/** A menu of the app's own options (components/reference, String Select). */
export const stringSelectSchema = z
  .strictObject({ type: z.literal(3), ...menuFields, options: z.array(optionSchema).min(1).max(25) })
  .superRefine(({ options, min_values: least = 1, max_values: most = 1 }, context) => {
    if (hasDuplicates(options.map(({ value }) => value)))
      addFieldError(context, ['options'], 'SELECT_COMPONENT_OPTION_VALUE_DUPLICATED', 'An option value is used twice.');
    if (most > options.length)
      addFieldError(context, ['max_values'], 'BASE_TYPE_MAX_LENGTH', `There are only ${options.length} options.`);
    if (least > most)
      addFieldError(context, ['min_values'], 'BASE_TYPE_MAX_LENGTH', 'min_values is greater than max_values.');
  });

/** Menus that Discord fills: people, roles, both, channels. */
export const entitySelectSchema = z.strictObject({
  type: z.literal([5, 6, 7, 8]),
  ...menuFields,
  channel_types: z.array(z.int()).optional(),
  default_values: defaultValuesSchema,
});
