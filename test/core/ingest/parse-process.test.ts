import { describe, expect, it } from 'vitest';
import { DocentError } from '../../../src/core/errors.js';
import type { ReadDocument } from '../../../src/core/ingest/document-reader.js';
import type { ParseProcess } from '../../../src/core/ingest/parse-process.js';
import { createFakeClock } from '../../support/fake-clock.js';
import { type ParseProcessSetup, parseProcessForTest } from '../../support/make-parse-process.js';

const MAX_STALL_MS = 20_000;
const MAX_DURATION_MS = 90_000;
/** Where the test itself moves the time on: the fewer steps, the sooner. */
const SHORT_MS = 1_000;
const obedient = {
  name: 'obedient',
  label: 'orders',
  extensions: ['.do'],
  module: new URL('../../support/obedient-parser.js', import.meta.url),
};

function setUp(setup: ParseProcessSetup = {}): ParseProcess {
  const limits = { maxStallMs: MAX_STALL_MS, maxDurationMs: MAX_DURATION_MS, maxHeapMb: 64, ...setup.limits };
  return parseProcessForTest({ parsers: [obedient], ...setup, limits });
}

interface Running {
  readonly result: Promise<ReadDocument>;
  /** Resolves at the parser's first sign of progress. */
  readonly progress: Promise<unknown>;
  abort(reason?: Error): void;
}

function order(process: ParseProcess, deed: string, name = 'orders.do'): Running {
  const controller = new AbortController();
  let progressed: (report: unknown) => void = () => undefined;
  const progress = new Promise((resolve) => {
    progressed = resolve;
  });
  const result = process.parse(Buffer.from(`do: ${deed}`), { name, signal: controller.signal, onProgress: progressed });
  result.catch(() => undefined);
  return { result, progress, abort: (reason) => controller.abort(reason) };
}

function textOf({ sections }: ReadDocument): string {
  return sections.flatMap(({ blocks }) => blocks.map(({ text }) => text)).join('\n');
}

async function refusalOf(result: Promise<unknown>): Promise<DocentError> {
  const error: unknown = await result.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DocentError);
  return error as DocentError;
}

async function expectStillReading(process: ParseProcess): Promise<void> {
  expect(textOf(await order(process, 'the next good file').result)).toBe('the next good file');
}

describe('parse process', () => {
  it('reads a file and says in which format', async () => {
    const document = await order(setUp(), 'hello').result;
    expect(document).toMatchObject({ format: 'orders', title: null, pageCount: null, skipped: [] });
    expect(textOf(document)).toBe('hello');
  });

  it('starts a child ahead when asked to', async () => {
    const process = setUp();
    process.warm();
    await expectStillReading(process);
  });

  it('loads ahead what files of the kind that was read last need', async () => {
    const process = setUp();
    process.warm();
    const ask = async (): Promise<string> => textOf(await order(process, 'say whether you are prepared').result);
    expect(await ask()).toBe('unprepared');
    expect(await ask()).toBe('prepared');
    expect(textOf(await order(process, 'a name without a kind', 'orders').result)).toBe('a name without a kind');
    expect(await ask()).toBe('unprepared');
  });

  it('ends a child that waited for five minutes, and starts another for the next file', async () => {
    const clock = createFakeClock();
    const process = setUp({ clock });
    await order(process, 'hello').result;
    await clock.advance(5 * 60_000);
    expect(await order(process, 'say whether you are prepared').result.then(textOf)).toBe('unprepared');
  });

  it('reads several files, a fresh child for each', async () => {
    const process = setUp();
    const documents = await Promise.all(['one', 'two', 'three', 'four'].map((deed) => order(process, deed).result));
    expect(documents.map(textOf)).toEqual(['one', 'two', 'three', 'four']);
  });

  it('gives the child no environment, no files, no programs', async () => {
    const seen = textOf(await order(setUp(), 'look around').result);
    expect(seen.split('\n')).toEqual([
      'environment: ',
      'read: ERR_ACCESS_DENIED',
      'write: ERR_ACCESS_DENIED',
      'run: ERR_ACCESS_DENIED',
    ]);
  });

  it('cleans titles, headings and text of what cannot be seen', async () => {
    const document = await order(setUp(), 'write dirt').result;
    expect(document.title).toBe('A title');
    expect(document.sections).toEqual([
      { headingPath: ['Heading'], page: 1, blocks: [{ kind: 'paragraph', text: 'café gnp.exe' }] },
    ]);
  });

  it.each([
    ['allocate buffers', 'DOCUMENT_MEMORY', 'the kernel’s limit', { maxDataMb: 300 }],
    ['allocate buffers', 'DOCUMENT_MEMORY', 'a look at resident memory', { maxDataMb: 4_000, maxResidentMb: 250 }],
    ['fill the heap', 'DOCUMENT_MEMORY', 'the heap limit', {}],
    ['recurse', 'DOCUMENT_HOSTILE', 'a stack that overflows', {}],
    ['exit', 'DOCUMENT_DAMAGED', 'an early exit', {}],
    ['throw', 'DOCUMENT_DAMAGED', 'an error that is no refusal', {}],
    ['throw later', 'DOCUMENT_DAMAGED', 'an error nobody waits for', {}],
    ['talk rubbish', 'DOCUMENT_DAMAGED', 'an answer that is none', {}],
    ['talk endlessly', 'DOCUMENT_TOO_LONG', 'an answer without end', { maxCharacters: 1_000_000 }],
    ['write a lot', 'DOCUMENT_TOO_LONG', 'too much text', { maxCharacters: 1_000 }],
    ['write nothing', 'DOCUMENT_EMPTY', 'no text', {}],
  ] as const)('ends a parser that is told to %s with %s: %s', async (deed, code, _by, limits) => {
    const process = setUp({ limits });
    const refusal = await refusalOf(order(process, deed, 'plan.do').result);
    expect(refusal.code).toBe(code);
    expect(refusal.userMessage).toContain('"plan.do"');
    await expectStillReading(process);
  });

  it('passes a parser’s own refusal on as it is', async () => {
    const refusal = await refusalOf(order(setUp(), 'refuse').result);
    expect(refusal).toMatchObject({ code: 'DOCUMENT_HOSTILE', userMessage: 'This file is refused by its parser.' });
  });

  it('says where an unexpected error came from, without its words', async () => {
    const { message, cause } = await refusalOf(order(setUp(), 'throw').result);
    expect(String(cause)).toMatch(/TypeError at .*obedient-parser\.js/);
    expect(`${message} ${String(cause)}`).not.toContain('words of the document');
  });

  it('stops a parser that makes no progress', async () => {
    const clock = createFakeClock();
    const process = setUp({ clock, limits: { maxStallMs: SHORT_MS } });
    const spinning = order(process, 'spin');
    await spinning.progress;
    await clock.advance(SHORT_MS);
    expect((await refusalOf(spinning.result)).code).toBe('DOCUMENT_TIMEOUT');
    await expectStillReading(process);
  });

  it('stops a parser after the longest duration, progress or not', async () => {
    const clock = createFakeClock();
    const spinning = order(setUp({ clock, limits: { maxDurationMs: SHORT_MS } }), 'spin');
    await spinning.progress;
    await clock.advance(SHORT_MS);
    expect((await refusalOf(spinning.result)).code).toBe('DOCUMENT_TIMEOUT');
  });

  it('stops when it is cancelled', async () => {
    const process = setUp();
    const spinning = order(process, 'spin');
    await spinning.progress;
    spinning.abort();
    expect((await refusalOf(spinning.result)).code).toBe('CANCELLED');
    await expectStillReading(process);
  });

  it('ends with the reason of the cancellation when it has one of ours', async () => {
    const reason = new DocentError('DOCUMENT_CANCELLED', { userMessage: 'Removed meanwhile.' });
    const spinning = order(setUp(), 'spin');
    await spinning.progress;
    spinning.abort(reason);
    expect(await refusalOf(spinning.result)).toBe(reason);
  });

  it('lets a bounded number of files wait, in order, and refuses the others', async () => {
    const process = setUp({ limits: { maxParallel: 1, maxWaiting: 2 } });
    const spinning = order(process, 'spin');
    await spinning.progress;
    const impatient = order(process, 'impatient');
    const patient = order(process, 'patient');
    expect(await refusalOf(order(process, 'one too many').result)).toMatchObject({
      code: 'QUEUE_FULL',
      retryable: true,
    });
    impatient.abort();
    expect((await refusalOf(impatient.result)).code).toBe('CANCELLED');
    spinning.abort();
    expect(textOf(await patient.result)).toBe('patient');
  });

  it('refuses an empty file without starting a child', async () => {
    const process = setUp();
    const parsing = process.parse(new Uint8Array(), {
      name: 'nothing.pdf',
      signal: new AbortController().signal,
      onProgress() {},
    });
    expect(await refusalOf(parsing)).toMatchObject({ code: 'DOCUMENT_EMPTY' });
  });

  it('names the kinds it reads when nothing recognises the file', async () => {
    const signal = new AbortController().signal;
    const parsing = setUp().parse(Buffer.from('no order'), { name: 'a\u202eb\n.bin', signal, onProgress() {} });
    const refusal = await refusalOf(parsing);
    expect(refusal.code).toBe('DOCUMENT_UNSUPPORTED');
    expect(refusal.userMessage).toBe('"ab .bin" looks like a binary file, which is not read. What is read: orders.');
  });

  it('cancels what is running and waiting when it stops, and reads no more', async () => {
    const process = setUp({ limits: { maxParallel: 1 } });
    const spinning = order(process, 'spin');
    await spinning.progress;
    const waiting = order(process, 'waiting');
    await process.stop();
    expect((await refusalOf(spinning.result)).code).toBe('CANCELLED');
    expect((await refusalOf(waiting.result)).code).toBe('CANCELLED');
    expect((await refusalOf(order(process, 'late').result)).code).toBe('CANCELLED');
  });
});
