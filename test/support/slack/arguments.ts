import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { messageBlock, viewBlock } from './block-kit/blocks.js';
import { schemaMessages } from './block-kit/issues.js';
import { MAX_METADATA_BYTES, metadataSchema } from './block-kit/metadata.js';
import { viewSchema } from './block-kit/views.js';
import { SlackError } from './slack-error.js';

/** Stands for JSON that could not be read. */
const UNREADABLE = Symbol('unreadable');

/** A value that a form sends as JSON, and JSON as it is. */
const encoded = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (typeof value === 'string' ? parsedOr(value, UNREADABLE) : value), schema);

/** Kinds of arguments; a form sends each as text. */
export const argument = {
  text: z.preprocess((value) => (typeof value === 'number' ? String(value) : value), z.string()),
  flag: z.preprocess(
    (value) => ({ true: true, '1': true, false: false, '0': false })[String(value)] ?? value,
    z.boolean(),
  ),
  count: (max: number) => encoded(z.int().min(1).max(max)),
  ts: z.string().regex(/^\d{10}\.\d{6}$/),
  blocks: encoded(z.array(messageBlock).max(50)),
  viewBlocks: encoded(z.array(viewBlock)),
  view: encoded(viewSchema),
  metadata: encoded(metadataSchema),
  list: <Schema extends z.ZodType>(schema: Schema) => encoded(z.array(schema)),
  /** Taken and not looked into. */
  anything: z.unknown().optional(),
};

/** The error that goes with an argument which is not as it must be; `invalid_arguments` for all others. */
const ERRORS: Readonly<Record<string, { readonly unreadable: string; readonly wrong: string }>> = {
  blocks: { unreadable: 'invalid_blocks_format', wrong: 'invalid_blocks' },
  chunks: { unreadable: 'invalid_chunks', wrong: 'invalid_chunks' },
  metadata: { unreadable: 'invalid_metadata_format', wrong: 'invalid_metadata_schema' },
};

/** The arguments of a call, and what of them the method does not have. */
export interface ReadArguments<Arguments> {
  readonly values: Arguments;
  readonly unknown: readonly string[];
}

/** Reads a call's arguments. @throws SlackError in the words of Slack. */
export function readArguments<Shape extends z.ZodRawShape>(
  shape: Shape,
  raw: Readonly<Record<string, unknown>>,
): ReadArguments<z.infer<z.ZodObject<Shape>>> {
  const known = Object.fromEntries(Object.entries(raw).filter(([name]) => name in shape));
  const unknown = Object.keys(raw).filter((name) => !(name in shape));
  const result = z.object(shape).safeParse(known);
  if (!result.success) throw refusalOf(result.error, known);
  const { metadata } = known;
  if (metadata !== undefined && Buffer.byteLength(JSON.stringify(metadata)) > MAX_METADATA_BYTES)
    throw new SlackError('metadata_too_large');
  return { values: result.data, unknown };
}

function refusalOf(error: z.ZodError, raw: Readonly<Record<string, unknown>>): SlackError {
  const decoded = Object.fromEntries(
    Object.entries(raw).map(([name, value]) => [name, typeof value === 'string' ? parsedOr(value, value) : value]),
  );
  const name = String(error.issues[0]?.path[0] ?? '');
  const kinds = ERRORS[name];
  if (kinds === undefined) return new SlackError('invalid_arguments', schemaMessages(error.issues, '', decoded));
  return new SlackError(
    Array.isArray(decoded[name]) || (name === 'metadata' && typeof decoded[name] === 'object')
      ? kinds.wrong
      : kinds.unreadable,
    schemaMessages(error.issues, '', decoded),
  );
}

/** The arguments of a request: its query, and its body as a form or as JSON. @throws SlackError for a body of neither kind. */
export function decodeRequest(
  url: URL,
  headers: IncomingHttpHeaders,
  body: string,
): { readonly raw: Record<string, unknown>; readonly isJson: boolean } {
  const query = Object.fromEntries(url.searchParams);
  const type = (headers['content-type'] ?? '').split(';', 1)[0]?.trim();
  if (body === '') return { raw: query, isJson: false };
  if (type === 'application/x-www-form-urlencoded')
    return { raw: { ...query, ...Object.fromEntries(new URLSearchParams(body)) }, isJson: false };
  if (type !== 'application/json') throw new SlackError('invalid_post_type');
  const json = parsedOr(body, UNREADABLE);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new SlackError('invalid_json');
  return { raw: { ...query, ...json }, isJson: true };
}

function parsedOr<Other>(text: string, other: Other): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return other;
  }
}
