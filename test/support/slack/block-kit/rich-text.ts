import { z } from 'zod';
import { identifier, textUpTo } from './texts.js';

const style = z.unknown().optional();

/** The smallest parts of rich text (reference/block-kit/blocks/rich-text-block). */
const leaf = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: textUpTo(12_000), style: style }),
  z.strictObject({
    type: z.literal('link'),
    url: textUpTo(3_000),
    text: z.string().optional(),
    unsafe: z.boolean().optional(),
    style: style,
  }),
  z.strictObject({ type: z.literal('user'), user_id: textUpTo(50), style: style }),
  z.strictObject({ type: z.literal('usergroup'), usergroup_id: textUpTo(50), style: style }),
  z.strictObject({ type: z.literal('channel'), channel_id: textUpTo(50), style: style }),
  z.strictObject({ type: z.literal('broadcast'), range: z.enum(['here', 'channel', 'everyone']), style: style }),
  z.strictObject({ type: z.literal('emoji'), name: textUpTo(100), unicode: z.string().optional(), style: style }),
]);
/** A part of rich text, as parsed. */
export type RichTextLeaf = z.infer<typeof leaf>;

const border = z.int().min(0).max(1).optional();
const section = z.strictObject({ type: z.literal('rich_text_section'), elements: z.array(leaf) });

/** A `rich_text` block: what people write, and what an app may. */
export const richTextBlock = z.strictObject({
  type: z.literal('rich_text'),
  block_id: identifier,
  elements: z.array(
    z.discriminatedUnion('type', [
      section,
      z.strictObject({ type: z.literal('rich_text_preformatted'), elements: z.array(leaf), border }),
      z.strictObject({ type: z.literal('rich_text_quote'), elements: z.array(leaf), border }),
      z.strictObject({
        type: z.literal('rich_text_list'),
        elements: z.array(section),
        style: z.enum(['bullet', 'ordered']),
        indent: z.int().min(0).max(8).optional(),
        offset: z.int().min(0).optional(),
        border,
      }),
    ]),
  ),
});
/** A `rich_text` block, as parsed. */
export type RichTextBlock = z.infer<typeof richTextBlock>;
