/**
 * The program of a parsing child: reads one request and one file from standard input, picks the parser that is surest of
 * the content, and tells the result on file descriptor 3. It is used for one file, then ended by its parent.
 * What it is told comes from the very program that started it, and is not checked again: zod would cost every file 55 ms.
 */
import { writeSync } from 'node:fs';
import { DocentError, errorCatalogue } from '../errors.js';
import type { DocumentParser, ParsedDocument, Recognition, Section } from '../ports/document-parser.js';
import { parseError, shownName } from './parse-errors.js';
import { lookalikeOf } from './parse-lookalike.js';
import type { FailureMessage, ParseMessage, ParseProgress, ParseRequest, ParserList } from './parse-messages.js';
import { cleanText, singleLine } from './parse-text.js';

interface LoadedParser {
  readonly name: string;
  readonly label: string;
  readonly parser: DocumentParser;
}

const RESULT_DESCRIPTOR = 3;
const PROGRESS_INTERVAL_MS = 100;
const NEWLINE = 0x0a;
const MAX_ORIGIN = 300;
const sureness: readonly Recognition[] = ['certain', 'likely', 'possible'];

let fileName = 'The file';

function send(message: ParseMessage): void {
  let rest = Buffer.from(`${JSON.stringify(message)}\n`);
  while (rest.length > 0) rest = rest.subarray(writeSync(RESULT_DESCRIPTOR, rest));
}

function endWith(error: unknown): never {
  send({ type: 'failure', failure: failureOf(error) });
  process.exit(1);
}

/** A parser's refusal as it is; whatever else it threw as what that means for the file. */
function failureOf(error: unknown): FailureMessage {
  if (isRefusal(error)) return { code: error.code, userMessage: error.userMessage };
  const { code, userMessage } = parseError(meaningOf(error), fileName);
  return { code, userMessage, origin: originOf(error) };
}

/** Told by its shape, because a parser from outside may bring its own copy of the class. */
function isRefusal(error: unknown): error is DocentError {
  const { code, userMessage } = (error ?? {}) as Partial<DocentError>;
  return (
    typeof code === 'string' &&
    code.startsWith('DOCUMENT_') &&
    code in errorCatalogue &&
    typeof userMessage === 'string'
  );
}

/** The error's name and place, without its message, which may quote the document. */
function originOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const place = /^\s+at .*$/m.exec(error.stack ?? '')?.[0].trim() ?? '';
  return `${error.name} ${place}`.slice(0, MAX_ORIGIN);
}

/** Libraries wrap errors of the engine in their own, so that only the words tell. */
function meaningOf(error: unknown): 'nested-too-deep' | 'took-too-much-memory' | 'broke-the-reader' {
  const words = error instanceof Error ? error.message : '';
  if (/call stack/i.test(words)) return 'nested-too-deep';
  return /allocat|invalid (?:string|array|typed array) length/i.test(words)
    ? 'took-too-much-memory'
    : 'broke-the-reader';
}

async function loadParsers(): Promise<LoadedParser[]> {
  const list = JSON.parse(process.argv[2] ?? '[]') as ParserList;
  return Promise.all(
    list.map(async ({ name, label, module }) => {
      const { parser } = (await import(module)) as { readonly parser: DocumentParser };
      return { name, label, parser };
    }),
  );
}

/** While the file is still on its way; what fails here fails again, with a name, when the file is read. */
function prepareFor(expected: string | undefined, loaded: readonly LoadedParser[]): void {
  const found = loaded.find(({ name }) => name === expected);
  found?.parser.prepare?.().catch(() => undefined);
}

async function readInput(): Promise<{ readonly request: ParseRequest; readonly bytes: Uint8Array }> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  const input = Buffer.concat(chunks);
  if (input.length === 0) process.exit(0);
  const headEnd = input.indexOf(NEWLINE);
  const request = JSON.parse(input.toString('utf8', 0, headEnd)) as ParseRequest;
  return { request, bytes: input.subarray(headEnd + 1) };
}

function pickParser(parsers: readonly LoadedParser[], bytes: Uint8Array, name: string): LoadedParser {
  const opinions = parsers.map((loaded) => ({ loaded, recognition: loaded.parser.recognise(bytes, name) }));
  for (const level of sureness) {
    const found = opinions.find(({ recognition }) => recognition === level);
    if (found !== undefined) return found.loaded;
  }
  const { kind, advice } = lookalikeOf(bytes);
  const labels = parsers.map(({ label }) => label).join(', ');
  const says = [`${shownName(name)} looks like ${kind}, which is not read.`, advice, `What is read: ${labels}.`];
  throw new DocentError('DOCUMENT_UNSUPPORTED', { userMessage: says.filter((part) => part !== undefined).join(' ') });
}

function createProgress(): (report: ParseProgress) => void {
  let nextAtMs = 0;
  return ({ done, total, unit }) => {
    if (performance.now() < nextAtMs && done < total) return;
    nextAtMs = performance.now() + PROGRESS_INTERVAL_MS;
    send({ type: 'progress', progress: { done, total, unit } });
  };
}

/** Clean text only, no empty blocks, no empty sections. */
function cleanSection(section: Section): Section {
  const blocks = section.blocks.map(({ kind, text }) => ({ kind, text: cleanText(text).trimEnd() }));
  return {
    headingPath: section.headingPath.map(singleLine).filter((heading) => heading !== ''),
    page: section.page,
    blocks: blocks.filter(({ text }) => text.trim() !== ''),
  };
}

function sendDocument(document: ParsedDocument, format: string, request: ParseRequest): void {
  let characters = 0;
  let sections = 0;
  for (const section of document.sections.map(cleanSection)) {
    if (section.blocks.length === 0) continue;
    characters += section.blocks.reduce((sum, { text }) => sum + text.length, 0);
    if (characters > request.limits.maxCharacters) throw parseError('too-much-text', request.name);
    sections += 1;
    send({
      type: 'section',
      section: { ...section, headingPath: [...section.headingPath], blocks: [...section.blocks] },
    });
  }
  if (sections === 0) throw parseError('nothing-inside', request.name);
  const title = singleLine(document.title ?? '');
  const skipped = document.skipped.map(singleLine);
  send({
    type: 'document',
    format,
    document: { title: title === '' ? null : title, pageCount: document.pageCount, skipped },
  });
}

const parsers = await loadParsers();
send({ type: 'started' });
process.on('uncaughtException', endWith);
prepareFor(process.argv[3], parsers);
const { request, bytes } = await readInput();
fileName = request.name;
try {
  const { label, parser } = pickParser(parsers, bytes, request.name);
  const document = await parser.parse(bytes, {
    name: request.name,
    limits: request.limits,
    progress: createProgress(),
  });
  sendDocument(document, label, request);
} catch (error) {
  endWith(error);
}
