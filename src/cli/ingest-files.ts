import { z } from 'zod';
import type { CommandDescription } from '../adapters/terminal/protocol.js';
import type { FileToSend, TerminalConnection } from '../adapters/terminal/terminal-client.js';
import type { OutgoingMessage } from '../core/chat/outgoing-message.js';
import { DocentError } from '../core/errors.js';
import { fileResultSchema } from '../core/ingest/ingest-payload.js';
import { type CommonOptions, takePaths } from './arguments.js';
import type { Attached } from './attach.js';
import { describeLeftOut, findFiles } from './find-files.js';
import { finishLearning } from './learning.js';
import { drawMarkdown } from './plain-text.js';
import { type Screen, table } from './screen.js';

/** Files on their way at once: while one is being read, the bytes of the next arrive. */
const FILES_AT_ONCE = 2;

/** What became of one file. */
interface Outcome {
  readonly document: string;
  readonly outcome: string;
  readonly pages: number | null;
  readonly passages: number | null;
  /** Why it failed, or what was left out of it. */
  readonly reason: string;
}

const resultDataSchema = z.object({ results: z.array(fileResultSchema).min(1) });

/** A command that works on files, and where it runs. */
export interface IngestRun {
  readonly attached: Attached;
  readonly connection: TerminalConnection;
  readonly command: CommandDescription;
  readonly options: CommonOptions;
  readonly screen: Screen;
  readonly signal: AbortSignal;
}

/**
 * Runs a command that works on files once for every file under the given paths, and shows a table of what became of
 * them.
 * @returns whether none failed
 * @throws DocentError `COMMAND_INPUT` when there is no file to work on; the signal's reason when aborted.
 */
export async function ingestFiles(run: IngestRun): Promise<boolean> {
  const { connection, command, screen, signal } = run;
  const { hello } = connection;
  connection.close();
  const { paths, options: words } = takePaths(run.options.words, command.fields);
  const found = await findFiles(paths, hello.acceptedExtensions);
  for (const line of found.skipped) screen.note(`Passed over ${line}`);
  const leftOut = describeLeftOut(found.leftOut);
  if (leftOut !== undefined) screen.note(leftOut);
  if (found.files.length === 0)
    throw new DocentError('COMMAND_INPUT', {
      userMessage: `There is no file to work on. Name files or folders, for example: docent ${command.name} ./handbook`,
    });

  const outcomes = new Map<number, Outcome>();
  const waiting = found.files.entries();
  const workThrough = async (): Promise<void> => {
    for (const [index, file] of waiting) {
      signal.throwIfAborted();
      const outcome =
        file.sizeBytes > hello.maxUploadBytes
          ? tooLarge(file, hello.maxUploadBytes)
          : await sendFile(run, words, file, outcomes.size / found.files.length);
      outcomes.set(index, outcome);
      if (!screen.isInteractive) screen.note(`${outcomes.size}/${found.files.length} ${file.name}: ${outcome.outcome}`);
    }
  };
  try {
    await Promise.all(Array.from({ length: FILES_AT_ONCE }, workThrough));
  } finally {
    show(inOrder(found.files, outcomes), run.options.asJson, screen);
  }
  await finishLearning(run, run.options.creatorId ?? hello.defaultCreatorId);
  return inOrder(found.files, outcomes).every(({ outcome }) => outcome !== 'failed');
}

function inOrder(files: readonly unknown[], outcomes: ReadonlyMap<number, Outcome>): Outcome[] {
  return files.map((_, index) => outcomes.get(index)).filter((outcome) => outcome !== undefined);
}

async function sendFile(run: IngestRun, words: readonly string[], file: FileToSend, share: number): Promise<Outcome> {
  const { attached, command, options, screen } = run;
  const { creatorId, thread } = options;
  const connection = await attached.connect();
  try {
    const message = await connection.run({
      command: {
        words: [command.name, ...words],
        ...(creatorId === undefined ? {} : { creatorId }),
        ...(thread === undefined ? {} : { thread }),
      },
      files: [file],
      onStatus: ({ text }) => screen.status({ text, progress: { done: share, total: 1 } }),
    });
    return outcomeOf(file.name, message);
  } catch (error) {
    run.signal.throwIfAborted();
    if (error instanceof DocentError) throw error;
    return failed(file.name, `It cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function outcomeOf(document: string, message: OutgoingMessage): Outcome {
  const data = resultDataSchema.safeParse(message.data);
  const result = data.data?.results[0];
  if (result === undefined)
    return message.kind === 'error'
      ? failed(document, drawMarkdown(message.text))
      : { document, outcome: 'done', pages: null, passages: null, reason: drawMarkdown(message.text) };
  const { name, outcome } = result;
  if ('code' in result)
    return { document: name, outcome, pages: null, passages: null, reason: withoutName(result.userMessage, name) };
  return {
    document: name,
    outcome,
    pages: result.pageCount,
    passages: result.chunkCount,
    reason: result.skipped.join(' '),
  };
}

/** The row begins with the name already. */
function withoutName(reason: string, name: string): string {
  return reason.startsWith(`"${name}" `) ? reason.slice(name.length + 3) : reason;
}

function tooLarge(
  { name, sizeBytes }: { readonly name: string; readonly sizeBytes: number },
  maxBytes: number,
): Outcome {
  const inMegabytes = (bytes: number): string => `${Math.ceil(bytes / 1_000_000)} MB`;
  return failed(
    name,
    `It has ${inMegabytes(sizeBytes)}, and the limit is ${inMegabytes(maxBytes)}. Split it, or raise DOCENT_MAX_UPLOAD_MEGABYTES.`,
  );
}

function failed(document: string, reason: string): Outcome {
  return { document, outcome: 'failed', pages: null, passages: null, reason };
}

function show(outcomes: readonly Outcome[], asJson: boolean, screen: Screen): void {
  if (outcomes.length === 0) return;
  if (asJson) {
    screen.write(`${JSON.stringify(outcomes, null, 2)}\n`);
    return;
  }
  const rows = outcomes.map(({ document, outcome, pages, passages, reason }) => [
    document,
    outcome,
    pages === null ? '' : String(pages),
    passages === null ? '' : String(passages),
    reason,
  ]);
  screen.write(table(['Document', 'Outcome', 'Pages', 'Passages', 'Reason'], rows));
}
