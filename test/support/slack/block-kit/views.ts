import { z } from 'zod';
import { viewBlock } from './blocks.js';
import { plainText, textUpTo } from './texts.js';

const common = {
  blocks: z.array(viewBlock).max(100),
  private_metadata: z.string().max(3_000).optional(),
  callback_id: z.string().max(255).optional(),
  external_id: textUpTo(255).optional(),
};

/** A modal or a home tab as an app sends it (reference/views). */
export const viewSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('modal'),
    ...common,
    title: plainText(24),
    close: plainText(24).optional(),
    submit: plainText(24).optional(),
    submit_disabled: z.boolean().optional(),
    clear_on_close: z.boolean().optional(),
    notify_on_close: z.boolean().optional(),
  }),
  z.strictObject({ type: z.literal('home'), ...common }),
]);
/** A modal or a home tab, as parsed. */
export type View = z.infer<typeof viewSchema>;
