import { stat } from 'node:fs/promises';
import { z } from 'zod';
import type { CommandDescription } from '../adapters/terminal/protocol.js';
import type { OutgoingMessage } from '../core/chat/outgoing-message.js';
import { DocentError } from '../core/errors.js';
import { creatorIdSchema } from '../core/ids.js';
import { type CommonOptions, takeCommonOptions, takePaths } from './arguments.js';
import type { Attached } from './attach.js';
import { openExportFile } from './export-file.js';
import { finishLearning } from './learning.js';
import { drawMarkdown } from './plain-text.js';
import type { Screen } from './screen.js';

/** The standard input or output, in place of a file. */
const STREAM = '-';

/** What the command line adds to the commands of every platform: creators as files, for the operator alone. */
export const transferCommands = [
  {
    name: 'export',
    description: 'Writes a creator to a file: documents, passages and channel links.',
    access: 'operator',
    attachments: 'none',
    fields: [
      {
        name: 'output',
        option: '--output',
        isFlag: false,
        isRequired: false,
        description: 'The file, or - for standard output.',
        choices: [],
        fallback: 'the creator and .docent.ndjson.gz',
      },
    ],
  },
  {
    name: 'import',
    description: 'Takes in a creator that was exported; what is there already stays.',
    access: 'operator',
    attachments: 'none',
    fields: [
      {
        name: 'file',
        option: '--file',
        isFlag: false,
        isRequired: true,
        description: 'The file, or - for standard input.',
        choices: [],
        fallback: '',
      },
      {
        name: 'replace',
        option: '--replace',
        isFlag: true,
        isRequired: false,
        description: 'Whether documents take the place of others of their name with another content.',
        choices: [],
        fallback: 'no',
      },
    ],
  },
] as const satisfies readonly CommandDescription[];

/** An export or import, and where it runs. */
export interface TransferRun {
  readonly command: (typeof transferCommands)[number];
  readonly args: readonly string[];
  readonly attach: () => Promise<Attached>;
  readonly screen: Screen;
  readonly signal: AbortSignal;
}

const importedSchema = z.object({ creator: creatorIdSchema, kept: z.number() });

/**
 * Runs `docent export` or `docent import`.
 * @returns whether all of it was done: an import that kept documents of another content was not
 * @throws DocentError `COMMAND_INPUT` for a file that cannot be read or written; as the running Docent; the signal's
 * reason when aborted.
 */
export async function runTransfer(run: TransferRun): Promise<boolean> {
  const { command, args } = run;
  const options = takeCommonOptions(
    args,
    command.fields.map(({ option }) => option),
  );
  const { path, flags } = takeFile(command, options.words);
  return command.name === 'export' ? runExport(run, options, path) : runImport(run, options, path, flags);
}

async function runExport(
  { attach, screen }: TransferRun,
  options: CommonOptions,
  path: string | undefined,
): Promise<boolean> {
  const attached = await attach();
  try {
    const connection = await attached.connect();
    const creatorId = options.creatorId ?? connection.hello.defaultCreatorId;
    const file = await openExportFile(path ?? `${creatorId}.docent.ndjson.gz`);
    try {
      const message = await connection.transfer({
        request: { type: 'export', creatorId },
        onStatus: (status) => screen.status(status),
        onBytes: (bytes) => file.write(bytes),
      });
      if (message.kind !== 'error') await file.finish();
      show(message, options, screen, path === STREAM);
      if (message.kind !== 'error' && path !== STREAM) screen.note(`It is in ${file.path}, which only you can read.`);
      return message.kind !== 'error';
    } finally {
      await file.discard();
    }
  } finally {
    await attached.stop();
  }
}

async function runImport(
  run: TransferRun,
  options: CommonOptions,
  path: string | undefined,
  flags: readonly string[],
): Promise<boolean> {
  const { attach, screen } = run;
  if (path === undefined) throw wrong('Name the file to import. For example: docent import coach.docent.ndjson.gz');
  if (path !== STREAM) await checkReadable(path);
  const attached = await attach();
  try {
    const connection = await attached.connect();
    const { creatorId } = options;
    const message = await connection.transfer({
      request: {
        type: 'import',
        replace: flags.includes('--replace'),
        ...(creatorId === undefined ? {} : { creatorId }),
      },
      path: path === STREAM ? '/dev/stdin' : path,
      onStatus: (status) => screen.status(status),
      onText: (text) => screen.note(text),
    });
    show(message, options, screen, false);
    const imported = importedSchema.safeParse(message.data);
    if (!imported.success) return false;
    await finishLearning({ ...run, attached }, imported.data.creator);
    return imported.data.kept === 0;
  } finally {
    await attached.stop();
  }
}

/** The one file, by its place or its option. */
function takeFile(
  { name, fields }: TransferRun['command'],
  words: readonly string[],
): { readonly path: string | undefined; readonly flags: readonly string[] } {
  const { option } = fields[0];
  const { paths, options: flags } = takePaths(words, fields);
  const given = flags.flatMap((flag, index) => {
    if (flag === option) return [flags[index + 1] ?? ''];
    return flag.startsWith(`${option}=`) ? [flag.slice(option.length + 1)] : [];
  });
  const all = [...paths, ...given];
  if (all.length <= 1 && !all.includes('')) return { path: all[0], flags };
  throw wrong(`Name one file. For example: docent ${name} ${option} coach.docent.ndjson.gz`);
}

async function checkReadable(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw wrong(`There is no file ${path}. Check how it is written.`);
  if (found.isDirectory()) throw wrong(`${path} is a folder. Name the file that "docent export" wrote.`);
}

/** With the file itself on standard output, what is said about it goes beside it. */
function show(message: OutgoingMessage, { asJson }: CommonOptions, screen: Screen, isBeside: boolean): void {
  const text = asJson ? JSON.stringify(message, null, 2) : drawMarkdown(message.text);
  if (isBeside) screen.note(text);
  else screen.write(`${text}\n`);
}

function wrong(userMessage: string): DocentError {
  return new DocentError('COMMAND_INPUT', { userMessage });
}
