import { z } from 'zod';

/** A text between one character and so many. */
export const textUpTo = (max: number): z.ZodString => z.string().min(1).max(max);

/** A plain text object. */
export const plainText = (max: number) =>
  z.strictObject({ type: z.literal('plain_text'), text: textUpTo(max), emoji: z.boolean().optional() });

/** A text object in Slack's own markup. */
export const markupText = (max: number) =>
  z.strictObject({ type: z.literal('mrkdwn'), text: textUpTo(max), verbatim: z.boolean().optional() });

/** Either text object. */
export const anyText = (max: number) => z.discriminatedUnion('type', [plainText(max), markupText(max)]);

/** What every block and element may be named by (reference/block-kit/blocks). */
export const identifier = textUpTo(255).optional();
