import { z } from 'zod';
import { addFieldError } from '../form.js';
import { componentIdSchema, customIdSchema, emojiSchema, hasDuplicates } from './fields.js';
import { entitySelectSchema, stringSelectSchema } from './menus.js';

const LINK_STYLE = 5;
const MAX_ROWS = 5;
const MAX_COMPONENTS = 40;
const MAX_TEXT = 4_000;

const buttonSchema = z
  .strictObject({
    type: z.literal(2),
    id: componentIdSchema,
    style: z.literal([1, 2, 3, 4, LINK_STYLE]),
    label: z.string().max(80).optional(),
    emoji: emojiSchema.optional(),
    custom_id: customIdSchema.optional(),
    url: z.string().max(512).optional(),
    disabled: z.boolean().optional(),
  })
  .superRefine(({ style, label, emoji, custom_id: customId, url }, context) => {
    const [needed, unwanted] = style === LINK_STYLE ? (['url', customId] as const) : (['custom_id', url] as const);
    if ((needed === 'url' ? url : customId) === undefined)
      addFieldError(context, [needed], 'BASE_TYPE_REQUIRED', 'This field is required');
    if (unwanted !== undefined)
      addFieldError(
        context,
        [],
        'BUTTON_COMPONENT_CUSTOM_ID_URL_EXCLUSIVE',
        'A custom id and url cannot both be specified',
      );
    if ((label ?? '') === '' && emoji === undefined)
      addFieldError(context, [], 'BUTTON_COMPONENT_INVALID_LABEL_EMOJI', 'A button needs a label or an emoji');
  });

const actionRowSchema = z
  .strictObject({
    type: z.literal(1),
    id: componentIdSchema,
    components: z
      .array(z.discriminatedUnion('type', [buttonSchema, stringSelectSchema, entitySelectSchema]))
      .min(1)
      .max(5),
  })
  .superRefine(({ components }, context) => {
    if (components.length > 1 && components.some(({ type }) => type !== 2))
      addFieldError(
        context,
        ['components'],
        'COMPONENT_LAYOUT_WIDTH_EXCEEDED',
        'The specified component exceeds the maximum width',
      );
  });

const mediaSchema = z.strictObject({ url: z.string().min(1).max(2_048) });
const mediaFields = { description: z.string().max(1_024).nullish(), spoiler: z.boolean().optional() } as const;

const textDisplaySchema = z.strictObject({
  type: z.literal(10),
  id: componentIdSchema,
  content: z.string().min(1).max(MAX_TEXT),
});
const sectionSchema = z.strictObject({
  type: z.literal(9),
  id: componentIdSchema,
  components: z.array(textDisplaySchema).min(1).max(3),
  accessory: z.discriminatedUnion('type', [
    buttonSchema,
    z.strictObject({ type: z.literal(11), id: componentIdSchema, media: mediaSchema, ...mediaFields }),
  ]),
});
const gallerySchema = z.strictObject({
  type: z.literal(12),
  id: componentIdSchema,
  items: z
    .array(z.strictObject({ media: mediaSchema, ...mediaFields }))
    .min(1)
    .max(10),
});
const fileSchema = z.strictObject({
  type: z.literal(13),
  id: componentIdSchema,
  file: z.strictObject({ url: z.string().startsWith('attachment://') }),
  spoiler: z.boolean().optional(),
});
const separatorSchema = z.strictObject({
  type: z.literal(14),
  id: componentIdSchema,
  divider: z.boolean().optional(),
  spacing: z.literal([1, 2]).optional(),
});
const innerSchemas = [
  actionRowSchema,
  sectionSchema,
  textDisplaySchema,
  gallerySchema,
  fileSchema,
  separatorSchema,
] as const;
const containerSchema = z.strictObject({
  type: z.literal(17),
  id: componentIdSchema,
  components: z.array(z.discriminatedUnion('type', innerSchemas)).min(1),
  accent_color: z.int().min(0).max(0xff_ff_ff).nullish(),
  spoiler: z.boolean().optional(),
});

/** Components of a message, old and new ones (components/reference); `checkLayout` says what may stand where. */
export const messageComponentsSchema = z.array(z.discriminatedUnion('type', [...innerSchemas, containerSchema]));
export type MessageComponents = z.infer<typeof messageComponentsSchema>;

interface AnyComponent {
  readonly type: number;
  readonly custom_id?: string | undefined;
  readonly content?: string | undefined;
  readonly components?: readonly AnyComponent[] | undefined;
  readonly accessory?: AnyComponent | undefined;
}

/** All components, the ones inside others included. */
export function flattenComponents(components: readonly AnyComponent[]): AnyComponent[] {
  return components.flatMap((component) => [
    component,
    ...flattenComponents(component.components ?? []),
    ...flattenComponents(component.accessory === undefined ? [] : [component.accessory]),
  ]);
}

/** The rules over all components of a message, which depend on the flag IS_COMPONENTS_V2. */
export function checkLayout(components: MessageComponents, hasNewLayout: boolean, context: z.RefinementCtx): void {
  const all = flattenComponents(components);
  const customIds = all.flatMap(({ custom_id: customId }) => customId ?? []);
  if (hasDuplicates(customIds))
    addFieldError(
      context,
      ['components'],
      'COMPONENT_CUSTOM_ID_DUPLICATED',
      'Component custom id cannot be duplicated',
    );
  if (!hasNewLayout) {
    if (components.length > MAX_ROWS)
      addFieldError(context, ['components'], 'BASE_TYPE_BAD_LENGTH', `Must be between 1 and ${MAX_ROWS} in length.`);
    for (const [index, { type }] of components.entries())
      if (type !== 1)
        addFieldError(
          context,
          ['components', index, 'type'],
          'UNION_TYPE_CHOICES',
          'Value of field "type" must be one of (1,).',
        );
    return;
  }
  if (all.length > MAX_COMPONENTS)
    addFieldError(
      context,
      ['components'],
      'BASE_TYPE_BAD_LENGTH',
      `Must be between 1 and ${MAX_COMPONENTS} in length.`,
    );
  const textLength = all.reduce((sum, { content }) => sum + (content?.length ?? 0), 0);
  if (textLength > MAX_TEXT)
    addFieldError(
      context,
      ['components'],
      'COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED',
      `The texts are longer than ${MAX_TEXT}.`,
    );
}
