import { z } from 'zod';
import { textUpTo } from './texts.js';

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const flat = z.record(z.string(), scalar);

/** Event data on a message: scalars, and objects of scalars one level down (@slack/types, message-metadata.d.ts). */
export const metadataSchema = z.strictObject({
  event_type: textUpTo(255),
  event_payload: z.record(z.string(), z.union([scalar, flat, z.array(z.union([scalar, flat]))])),
});
export type MessageMetadata = z.infer<typeof metadataSchema>;

/** Slack says only that there is a limit (`metadata_too_large`): 8 KiB of JSON is taken here. */
export const MAX_METADATA_BYTES = 8_192;
