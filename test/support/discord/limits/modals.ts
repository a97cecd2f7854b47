import { z } from 'zod';
import { addFieldError } from '../form.js';
import { componentIdSchema, customIdSchema, fileTypesSchema, hasDuplicates } from './fields.js';
import { entitySelectSchema, stringSelectSchema } from './menus.js';

const inputFields = { id: componentIdSchema, custom_id: customIdSchema, required: z.boolean().optional() } as const;

const textInputFields = {
  type: z.literal(4),
  ...inputFields,
  style: z.literal([1, 2]),
  min_length: z.int().min(0).max(4_000).optional(),
  max_length: z.int().min(1).max(4_000).optional(),
  value: z.string().max(4_000).optional(),
  placeholder: z.string().max(100).optional(),
} as const;

const boxOptionSchema = z.strictObject({
  value: z.string().min(1).max(100),
  label: z.string().min(1).max(100),
  description: z.string().max(100).nullish(),
  default: z.boolean().optional(),
});

const labelledSchemas = [
  z.strictObject(textInputFields),
  stringSelectSchema,
  entitySelectSchema,
  z.strictObject({
    type: z.literal(19),
    ...inputFields,
    min_values: z.int().min(0).max(10).optional(),
    max_values: z.int().min(1).max(10).optional(),
    file_types: fileTypesSchema.optional(),
  }),
  z.strictObject({ type: z.literal(21), ...inputFields, options: z.array(boxOptionSchema).min(2).max(10) }),
  z.strictObject({
    type: z.literal(22),
    ...inputFields,
    options: z.array(boxOptionSchema).min(1).max(10),
    min_values: z.int().min(0).max(10).optional(),
    max_values: z.int().min(1).max(10).optional(),
  }),
  z.strictObject({ type: z.literal(23), ...inputFields, default: z.boolean().optional() }),
] as const;
const labelledSchema = z.discriminatedUnion('type', labelledSchemas).superRefine((input, context) => {
  if ('disabled' in input && input.disabled === true)
    addFieldError(context, ['disabled'], 'COMPONENT_DISABLED_IN_MODAL', 'Modals cannot have disabled components.');
  if ('min_values' in input && input.min_values === 0 && input.required !== false)
    addFieldError(context, ['min_values'], 'NUMBER_TYPE_MIN', 'A required component needs at least 1.');
});
/** An input of a modal. */
export type ModalInput = z.infer<typeof labelledSchema>;

const rowSchema = z.strictObject({
  type: z.literal(1),
  id: componentIdSchema,
  components: z.array(z.strictObject({ ...textInputFields, label: z.string().min(1).max(45) })).length(1),
});
const labelSchema = z.strictObject({
  type: z.literal(18),
  id: componentIdSchema,
  label: z.string().min(1).max(45),
  description: z.string().max(100).optional(),
  component: labelledSchema,
});
const textSchema = z.strictObject({
  type: z.literal(10),
  id: componentIdSchema,
  content: z.string().min(1).max(4_000),
});

/** A modal (receiving-and-responding, Modal; components/reference for what may be in it). */
export const modalSchema = z
  .strictObject({
    custom_id: customIdSchema,
    title: z.string().min(1).max(45),
    components: z
      .array(z.discriminatedUnion('type', [labelSchema, rowSchema, textSchema]))
      .min(1)
      .max(5),
  })
  .superRefine(({ components }, context) => {
    if (hasDuplicates(inputsOf({ components }).map(({ custom_id: customId }) => customId)))
      addFieldError(
        context,
        ['components'],
        'COMPONENT_CUSTOM_ID_DUPLICATED',
        'Component custom id cannot be duplicated',
      );
  });
/** A modal as it is open. */
export type Modal = z.infer<typeof modalSchema>;

/** What a person fills in, from top to bottom. */
export function inputsOf({ components }: Pick<Modal, 'components'>): ModalInput[] {
  return components.flatMap((component) => {
    if (component.type === 18) return [component.component];
    return component.type === 1 ? component.components : [];
  });
}
