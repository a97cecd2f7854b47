import { z } from 'zod';
import { roleSchema } from '../../core/chat/chat-event.js';
import { outgoingMessageSchema } from '../../core/chat/outgoing-message.js';
import { creatorIdSchema } from '../../core/ids.js';

/**
 * What goes over the local socket, one JSON value a line. A connection carries one request: the server says `hello`, the
 * client sends a command and the bytes of its files, or asks for an export or an import; the server sends `status` and
 * `text` (an export its `bytes` too) and ends with `message`. A client that goes away cancels what only reads, and an
 * import, which goes on when it is asked for again.
 */

/** Longest line in bytes: an answer with all it was made from fits. */
export const MAX_LINE_BYTES = 4 * 1024 * 1024;
/** Bytes of a file in one line, before base64. */
export const FILE_CHUNK_BYTES = 48 * 1024;

/** One command, as a command line needs to know it; `fields` as the core describes a command's inputs. */
export const commandDescriptionSchema = z.object({
  name: z.string(),
  description: z.string(),
  access: roleSchema,
  attachments: z.enum(['none', 'optional', 'required']),
  fields: z.array(
    z.object({
      name: z.string(),
      /** As it is written, such as `--days`. */
      option: z.string(),
      isFlag: z.boolean(),
      isRequired: z.boolean(),
      description: z.string(),
      choices: z.array(z.string()),
      /** What counts when nothing is given, in words; empty for nothing. */
      fallback: z.string(),
    }),
  ),
});
export type CommandDescription = z.infer<typeof commandDescriptionSchema>;

/** The server's first line. */
export const helloSchema = z.object({
  type: z.literal('hello'),
  /** Grows when the two sides no longer understand each other. */
  protocol: z.literal(1),
  defaultCreatorId: creatorIdSchema,
  maxUploadBytes: z.number().int().positive(),
  /** With the dot. */
  acceptedExtensions: z.array(z.string()),
  commands: z.array(commandDescriptionSchema),
});
export type Hello = z.infer<typeof helloSchema>;

/** A command; its files follow in order, each as `bytes` lines and a `fileEnd`. */
const commandRequestSchema = z.strictObject({
  type: z.literal('command'),
  /** The command's name and its arguments, as a shell splits them. */
  words: z.array(z.string()).min(1).max(10_000),
  /** Default: the one the server opens when nobody names one. */
  creatorId: creatorIdSchema.optional(),
  /** Commands of one thread remember each other. Default: a thread of its own. */
  thread: z.string().min(1).max(100).optional(),
  files: z
    .array(z.strictObject({ name: z.string().min(1).max(1_000) }))
    .max(25)
    .default([]),
});
export type CommandRequest = z.infer<typeof commandRequestSchema>;

/** Asks for a creator's export, by default of the creator that the server opens when nobody names one. */
const exportRequestSchema = z.strictObject({ type: z.literal('export'), creatorId: creatorIdSchema.optional() });
export type ExportRequest = z.infer<typeof exportRequestSchema>;

/** Asks to take an export in, whose bytes follow as one file's; by default under the creator that it names. */
const importRequestSchema = z.strictObject({
  type: z.literal('import'),
  creatorId: creatorIdSchema.optional(),
  replace: z.boolean(),
});
export type ImportRequest = z.infer<typeof importRequestSchema>;

/** The client's first line. */
export const requestSchema = z.discriminatedUnion('type', [
  commandRequestSchema,
  exportRequestSchema,
  importRequestSchema,
]);
export type Request = z.input<typeof requestSchema>;

const bytesSchema = z.strictObject({ type: z.literal('bytes'), base64: z.base64().max(2 * FILE_CHUNK_BYTES) });

/** A part of a file, or its end. */
export const fileLineSchema = z.discriminatedUnion('type', [
  bytesSchema,
  z.strictObject({ type: z.literal('fileEnd') }),
]);
export type FileLine = z.infer<typeof fileLineSchema>;

/** What the server sends after `hello`. `message` is the last. */
export const serverLineSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('status'),
    text: z.string(),
    progress: z.object({ done: z.number(), total: z.number() }).exactOptional(),
  }),
  z.object({ type: z.literal('text'), text: z.string() }),
  bytesSchema,
  z.object({ type: z.literal('message'), message: outgoingMessageSchema }),
]);
export type ServerLine = z.infer<typeof serverLineSchema>;
