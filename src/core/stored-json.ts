import { z } from 'zod';
import type { JsonValue } from './json.js';

/** The schema of a stored text that holds JSON: reads the text and checks what is inside. */
export function storedJson<Inside extends z.ZodType>(inside: Inside): z.ZodType<z.output<Inside>, string> {
  return z.string().transform((text, context) => {
    try {
      return inside.parse(JSON.parse(text));
    } catch {
      context.addIssue({ code: 'custom', message: 'is no JSON of the right shape' });
      return z.NEVER;
    }
  });
}

/** Any JSON: what was parsed needs no second look. */
export const anyJson: z.ZodType<JsonValue> = z.custom<JsonValue>();
