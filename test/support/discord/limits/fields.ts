import { z } from 'zod';

/** An id of Discord: a number of 64 bits as text. */
export const snowflakeSchema = z.string().regex(/^\d{1,20}$/);

/** The developer's own name of a component or a modal. */
export const customIdSchema = z.string().min(1).max(100);

/** The optional number of a component. */
export const componentIdSchema = z.int().min(0).max(2_147_483_647).optional();

/** An emoji of a button or an option. */
export const emojiSchema = z.strictObject({
  id: snowflakeSchema.nullish(),
  name: z.string().nullish(),
  animated: z.boolean().optional(),
});

/** Endings with a dot, or kinds of media: what files are filtered by. */
export const fileTypesSchema = z
  .array(z.union([z.enum(['image', 'video', 'audio']), z.string().regex(/^\.[\w.+-]+$/)]))
  .max(10);

/** One option of a menu. */
export const optionSchema = z.strictObject({
  label: z.string().min(1).max(100),
  value: z.string().min(1).max(100),
  description: z.string().max(100).nullish(),
  emoji: emojiSchema.optional(),
  default: z.boolean().optional(),
});

/** Whether a list holds something twice. */
export function hasDuplicates(values: readonly unknown[]): boolean {
  return new Set(values).size < values.length;
}
