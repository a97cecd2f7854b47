import { z } from 'zod';
import { anyText, plainText, textUpTo } from './texts.js';

/** A confirmation dialogue (reference/block-kit/composition-objects/confirmation-dialog-object). */
export const confirm = z
  .strictObject({
    title: plainText(100).optional(),
    text: anyText(300),
    confirm: plainText(30).optional(),
    deny: plainText(30).optional(),
    style: z.enum(['primary', 'danger']).optional(),
  })
  .optional();

/** The grey text of an empty field. */
export const placeholder = plainText(150).optional();

/** At most one element of a view may have it. */
export const focusOnLoad = z.boolean().optional();

/** One choice of several (composition-objects/option-object; the value's limit is that of @slack/types 3.2). */
export const option = z.strictObject({
  text: anyText(75),
  value: textUpTo(75),
  description: anyText(75).optional(),
  url: textUpTo(3_000).optional(),
});
/** One choice, as parsed. */
export type Option = z.infer<typeof option>;

/** Choices of a menu. */
export const menuOptions = z.array(option).min(1).max(100);
/** Choices of a menu, under headings. */
export const optionGroups = z
  .array(z.strictObject({ label: plainText(75), options: menuOptions }))
  .min(1)
  .max(100);
