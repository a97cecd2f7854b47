import { z } from 'zod';
import { errorCatalogue } from '../errors.js';

/** How the child is told which parsers there are: one JSON argument on its command line. */
export const parserListSchema = z.array(z.object({ name: z.string(), label: z.string(), module: z.url() })).readonly();
export type ParserList = z.infer<typeof parserListSchema>;

/** The first line the child reads; all that follows is the file. */
export const parseRequestSchema = z.object({
  name: z.string(),
  limits: z.object({
    maxPages: z.number(),
    maxCharacters: z.number(),
    maxInflatedBytes: z.number(),
    maxXmlBytes: z.number(),
  }),
});
export type ParseRequest = z.infer<typeof parseRequestSchema>;

const blockSchema = z.object({ kind: z.enum(['paragraph', 'list', 'table', 'code']), text: z.string() });

export const sectionSchema = z.object({
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
export const documentHeadSchema = z.object({
  title: z.string().nullable(),
  pageCount: z.number().int().nonnegative().nullable(),
  skipped: z.array(z.string()),
});

const documentCodes = Object.keys(errorCatalogue).filter((code) => code.startsWith('DOCUMENT_')) as (keyof typeof errorCatalogue)[];

/** A parser's own refusal: the part of a `DocentError` that crosses to the parent. */
export const parseFailureSchema = z.object({ code: z.enum(documentCodes), userMessage: z.string().min(1).max(2_000) });
export type ParseFailureMessage = z.infer<typeof parseFailureSchema>;

/** What the child says, one JSON object a line: progress, every section, and at the end the document or a failure. */
export const parseMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), progress: progressSchema }),
  z.object({ type: z.literal('section'), section: sectionSchema }),
  z.object({ type: z.literal('document'), format: z.string(), document: documentHeadSchema }),
  z.object({ type: z.literal('failure'), failure: parseFailureSchema }),
]);
export type ParseMessage = z.infer<typeof parseMessageSchema>;
