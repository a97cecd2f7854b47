import { z } from 'zod';
import { errorCatalogue } from '../errors.js';
import type { ParseLimits } from '../ports/document-parser.js';

/** How the child is told which parsers there are: one JSON argument on its command line. */
export type ParserList = readonly { readonly name: string; readonly label: string; readonly module: string }[];

/** The first line the child reads; all that follows is the file. */
export interface ParseRequest {
  readonly name: string;
  readonly limits: ParseLimits;
}

const blockSchema = z.object({ kind: z.enum(['paragraph', 'list', 'table', 'code']), text: z.string() });

const sectionSchema = z.object({
  headingPath: z.array(z.string()),
  page: z.number().int().positive().nullable(),
  blocks: z.array(blockSchema),
});

const progressSchema = z.object({
  done: z.number().nonnegative(),
  total: z.number().nonnegative(),
  unit: z.enum(['pages', 'rows']),
});
export type ParseProgress = z.infer<typeof progressSchema>;

/** What a parser returns besides its sections. */
const documentHeadSchema = z.object({
  title: z.string().nullable(),
  pageCount: z.number().int().nonnegative().nullable(),
  skipped: z.array(z.string()),
});

const documentCodes = Object.keys(errorCatalogue).filter((code) =>
  code.startsWith('DOCUMENT_'),
) as (keyof typeof errorCatalogue)[];

/** A `DocentError` on its way to the parent, with the place an unexpected error came from, for the log. */
const failureSchema = z.object({
  code: z.enum(documentCodes),
  userMessage: z.string().min(1).max(2_000),
  origin: z.string().max(500).optional(),
});

/**
 * What the child says, one JSON object a line: that its parsers are loaded, progress, every section, and at the end the
 * document or a failure.
 */
export const parseMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('started') }),
  z.object({ type: z.literal('progress'), progress: progressSchema }),
  z.object({ type: z.literal('section'), section: sectionSchema }),
  z.object({ type: z.literal('document'), format: z.string(), document: documentHeadSchema }),
  z.object({ type: z.literal('failure'), failure: failureSchema }),
]);
export type ParseMessage = z.infer<typeof parseMessageSchema>;
export type FailureMessage = z.infer<typeof failureSchema>;
