import type { Options } from 'csv-parse/sync';
import type { DocumentParser, ParseContext, ParsedDocument } from '../../core/ports/document-parser.js';
import { singleLine } from '../../core/ingest/parse-text.js';
import { refusal, tooMuchText } from './refusal.js';
import { rowLine } from './table-row.js';
import { decodeText, isText } from './text-encoding.js';

type ParseCsv = (input: string, options: Options) => string[][];

const delimiters = [',', ';', '\t', '|'];
/** Records that the delimiter is guessed from. */
const SAMPLE_RECORDS = 20;

/** Tables as text: comma, semicolon, tab or bar between the cells, the first row as header. */
export const parser: DocumentParser = {
  name: 'csv',
  recognise: (bytes, name) => (/\.(?:csv|tsv|tab)$/i.test(name) && isText(bytes) ? 'likely' : 'no'),
  parse,
};

async function parse(bytes: Uint8Array, context: ParseContext): Promise<ParsedDocument> {
  const text = await decodeText(bytes);
  if (text.length > context.limits.maxCharacters) throw tooMuchText(context.name, context.limits.maxCharacters);
  const { parse: parseCsv } = await import('csv-parse/sync');
  const rows = readRows(parseCsv, text, context.name);
  context.progress({ done: rows.length, total: rows.length, unit: 'rows' });
  const table = rows.map((row) => rowLine(row.map(singleLine))).filter((line) => line !== '');
  const sections = [{ headingPath: [], page: null, blocks: [{ kind: 'table' as const, text: table.join('\n') }] }];
  return { title: null, sections, pageCount: null, skipped: [] };
}

function readRows(parseCsv: ParseCsv, text: string, name: string): string[][] {
  try {
    return parseCsv(text, { ...tolerant, delimiter: guessDelimiter(parseCsv, text) });
  } catch (cause) {
    throw refusal(
      'DOCUMENT_DAMAGED',
      name,
      'is no proper CSV: a quotation mark is opened and not closed. Export the table again.',
      cause,
    );
  }
}

const tolerant = { bom: true, relax_column_count: true, relax_quotes: true, skip_empty_lines: true } as const;

/** The delimiter that cuts the first records into equally many cells, and into the most. */
function guessDelimiter(parseCsv: ParseCsv, text: string): string {
  const scored = delimiters.map((delimiter) => {
    const rows = sampleRows(parseCsv, text, delimiter);
    const columns = rows[0]?.length ?? 0;
    const regular = rows.filter((row) => row.length === columns).length / Math.max(rows.length, 1);
    return { delimiter, score: columns > 1 ? regular + columns / 1_000 : 0 };
  });
  return scored.reduce((best, next) => (next.score > best.score ? next : best)).delimiter;
}

function sampleRows(parseCsv: ParseCsv, text: string, delimiter: string): string[][] {
  try {
    return parseCsv(text, { ...tolerant, delimiter, to: SAMPLE_RECORDS });
  } catch {
    return [];
  }
}
