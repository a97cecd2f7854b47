import { z } from 'zod';
import { addFieldError } from '../form.js';

const MAX_SUM = 6_000;

const linkSchema = z.string().max(2_048).nullish();
const pictureSchema = z.object({ url: z.string().max(2_048) }).nullish();
const embedSchema = z.strictObject({
  type: z.literal('rich').optional(),
  title: z.string().max(256).nullish(),
  description: z.string().max(4_096).nullish(),
  url: linkSchema,
  timestamp: z.string().nullish(),
  color: z.int().min(0).max(0xff_ff_ff).nullish(),
  footer: z.object({ text: z.string().max(2_048), icon_url: linkSchema }).nullish(),
  image: pictureSchema,
  thumbnail: pictureSchema,
  author: z.object({ name: z.string().max(256), url: linkSchema, icon_url: linkSchema }).nullish(),
  fields: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(256),
        value: z.string().min(1).max(1_024),
        inline: z.boolean().optional(),
      }),
    )
    .max(25)
    .nullish(),
});

/** Embeds of a message (resources/message, Embed Limits): each one, and the sum of all their texts. */
export const embedsSchema = z
  .array(embedSchema)
  .max(10)
  .superRefine((embeds, context) => {
    const texts = embeds.flatMap(({ title, description, footer, author, fields }) => [
      title,
      description,
      footer?.text,
      author?.name,
      ...(fields ?? []).flatMap(({ name, value }) => [name, value]),
    ]);
    const sum = texts.reduce((total, text) => total + (text?.trim().length ?? 0), 0);
    if (sum > MAX_SUM)
      addFieldError(context, [], 'MAX_EMBED_SIZE_EXCEEDED', `Embed size exceeds maximum size of ${MAX_SUM}`);
  });
