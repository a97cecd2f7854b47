import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync, writeSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { DocentError } from '../../src/core/errors.js';
import type { DocumentParser, ParseContext, ParsedDocument } from '../../src/core/ports/document-parser.js';

/** A parser that does what the file says, good or bad, to prove what a parse process bears. Runs in its children. */
export const parser: DocumentParser = {
  name: 'obedient',
  recognise: (bytes) => (Buffer.from(bytes).toString().startsWith('do: ') ? 'certain' : 'no'),
  async parse(bytes, context) {
    const order = Buffer.from(bytes).toString().slice('do: '.length);
    const deed = deeds[order];
    if (deed === undefined) return textDocument(order);
    return deed(context);
  },
  async prepare() {
    isPrepared = true;
  },
};

let isPrepared = false;

type Deed = (context: ParseContext) => ParsedDocument | Promise<ParsedDocument>;

const RESULT_DESCRIPTOR = 3;
const hoard: unknown[] = [];

const deeds: Readonly<Record<string, Deed>> = {
  spin(context) {
    context.progress({ done: 1, total: 2, unit: 'pages' });
    for (;;) hoard.length = 0;
  },
  async 'allocate buffers'() {
    for (;;) {
      hoard.push(Buffer.alloc(20_000_000, 1));
      await wait(5);
    }
  },
  'fill the heap'() {
    for (;;) hoard.push({ text: String(hoard.length) });
  },
  recurse: (context) => deeds['recurse']?.(context) ?? textDocument(''),
  exit: () => process.exit(0),
  throw() {
    throw new TypeError('words of the document');
  },
  async 'throw later'() {
    setImmediate(() => {
      throw new TypeError('thrown where nobody waits');
    });
    return wait(60_000, textDocument('never seen'));
  },
  refuse() {
    throw new DocentError('DOCUMENT_HOSTILE', { userMessage: 'This file is refused by its parser.' });
  },
  'talk rubbish'() {
    writeSync(RESULT_DESCRIPTOR, 'no message of ours\n');
    return textDocument('too late');
  },
  'talk endlessly'() {
    for (;;) writeSync(RESULT_DESCRIPTOR, 'x'.repeat(1_000_000));
  },
  'say whether you are prepared': () => textDocument(isPrepared ? 'prepared' : 'unprepared'),
  'write a lot': ({ limits }) => textDocument('x'.repeat(limits.maxCharacters + 1)),
  'write nothing': () => textDocument(' \u200b '),
  'write dirt': () => ({
    title: ' A\u0000 title ',
    sections: [
      {
        headingPath: ['Head\u200bing'],
        page: 1,
        blocks: [{ kind: 'paragraph', text: 'cafe\u0301 \u202egnp.exe\u{e0041}' }],
      },
    ],
    pageCount: 1,
    skipped: [],
  }),
  'look around': () =>
    textDocument(
      [
        `environment: ${Object.keys(process.env).join(',')}`,
        `read: ${codeOf(() => readFileSync('/etc/hostname'))}`,
        `write: ${codeOf(() => writeFileSync('/tmp/left-behind', ''))}`,
        `run: ${codeOf(() => spawnSync('true'))}`,
      ].join('\n'),
    ),
};

function codeOf(deed: () => unknown): string {
  try {
    deed();
    return 'allowed';
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}

function textDocument(text: string): ParsedDocument {
  return {
    title: null,
    sections: [{ headingPath: [], page: null, blocks: [{ kind: 'paragraph', text }] }],
    pageCount: null,
    skipped: [],
  };
}
