import { z } from 'zod';
import { richTextBlock } from './rich-text.js';
import { identifier, textUpTo } from './texts.js';

const cell = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('raw_text'), text: textUpTo(10_000) }),
  z.strictObject({ type: z.literal('raw_number'), value: z.number(), text: textUpTo(100) }),
  richTextBlock,
]);
const rows = z.array(z.array(cell).min(1).max(20)).min(1).max(100);

/** A table: at most 100 rows of 20 cells (blocks/table-block). */
export const tableBlock = z.strictObject({
  type: z.literal('table'),
  block_id: identifier,
  rows,
  column_settings: z
    .array(
      z
        .strictObject({
          align: z.enum(['left', 'center', 'right']).optional(),
          is_wrapped: z.boolean().optional(),
        })
        .nullable(),
    )
    .max(20)
    .optional(),
});

/** A table that people page through (blocks/data-table-block). */
export const dataTableBlock = z.strictObject({
  type: z.literal('data_table'),
  block_id: identifier,
  rows,
  caption: textUpTo(3_000),
  page_size: z.int().min(1).max(100).optional(),
  row_header_column_index: z.int().min(0).optional(),
});
