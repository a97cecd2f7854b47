import { z } from 'zod';
import { cardBlock, carouselBlock, planBlock, taskCardBlock } from './agent-blocks.js';
import { accessory, actionElement, contextActionElement, image, inputElement, slackFile } from './elements.js';
import { richTextBlock } from './rich-text.js';
import { dataTableBlock, tableBlock } from './tables.js';
import { anyText, identifier, markupText, plainText, textUpTo } from './texts.js';

const named = { block_id: identifier };

const sectionBlock = z
  .strictObject({
    type: z.literal('section'),
    ...named,
    text: anyText(3_000).optional(),
    fields: z.array(anyText(2_000)).min(1).max(10).optional(),
    accessory: accessory.optional(),
    expand: z.boolean().optional(),
  })
  .refine(({ text, fields }) => text !== undefined || fields !== undefined, {
    error: 'missing required field: text',
  });

const imageBlock = z
  .strictObject({
    type: z.literal('image'),
    ...named,
    alt_text: textUpTo(2_000),
    title: plainText(2_000).optional(),
    image_url: textUpTo(3_000).optional(),
    slack_file: slackFile.optional(),
  })
  .refine((block) => (block.image_url === undefined) !== (block.slack_file === undefined), {
    error: 'must have either image_url or slack_file',
  });

const contextElement = z.discriminatedUnion('type', [image, plainText(3_000), markupText(3_000)]);

const plainBlocks = [
  sectionBlock,
  imageBlock,
  z.strictObject({ type: z.literal('divider'), ...named }),
  z.strictObject({ type: z.literal('header'), ...named, text: plainText(150) }),
  z.strictObject({ type: z.literal('context'), ...named, elements: z.array(contextElement).min(1).max(10) }),
  z.strictObject({ type: z.literal('actions'), ...named, elements: z.array(actionElement).min(1).max(25) }),
  richTextBlock,
  tableBlock,
] as const;

/** An input of a modal, a home tab or a message. */
const inputBlock = z.strictObject({
  type: z.literal('input'),
  ...named,
  label: plainText(2_000),
  hint: plainText(2_000).optional(),
  optional: z.boolean().optional(),
  dispatch_action: z.boolean().optional(),
  element: inputElement,
});

const alertBlock = z.strictObject({
  type: z.literal('alert'),
  ...named,
  text: anyText(3_000),
  level: z.enum(['default', 'info', 'warning', 'error', 'success']).optional(),
});

const containerBlock = z.strictObject({
  type: z.literal('container'),
  ...named,
  title: plainText(150).optional(),
  rich_text_title: richTextBlock.optional(),
  subtitle: anyText(150).optional(),
  child_blocks: z
    .array(z.discriminatedUnion('type', [...plainBlocks, inputBlock]))
    .min(1)
    .max(10),
  width: z.enum(['narrow', 'standard', 'wide', 'full']).optional(),
  icon: image.optional(),
  is_collapsible: z.boolean().optional(),
  default_collapsed: z.boolean().optional(),
  has_header_divider: z.boolean().optional(),
});

/** Blocks that may stand in a message (reference/block-kit/blocks; `file` and `video` are not taken). */
export const messageBlock = z.discriminatedUnion('type', [
  ...plainBlocks,
  inputBlock,
  alertBlock,
  containerBlock,
  cardBlock,
  carouselBlock,
  taskCardBlock,
  planBlock,
  dataTableBlock,
  z.strictObject({ type: z.literal('markdown'), ...named, text: textUpTo(12_000) }),
  z.strictObject({
    type: z.literal('context_actions'),
    ...named,
    elements: z.array(contextActionElement).min(1).max(5),
  }),
]);
/** A block of a message, as parsed. */
export type MessageBlock = z.infer<typeof messageBlock>;

/** Blocks that may stand in a modal or home tab. */
export const viewBlock = z.discriminatedUnion('type', [
  ...plainBlocks,
  inputBlock,
  alertBlock,
  containerBlock,
  cardBlock,
  carouselBlock,
  dataTableBlock,
]);
/** A block of a view, as parsed. */
export type ViewBlock = z.infer<typeof viewBlock>;
