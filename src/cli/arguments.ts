import { DocentError } from '../core/errors.js';
import { type CreatorId, creatorIdSchema } from '../core/ids.js';

/** What every command takes on a command line, beside its own arguments. */
export interface CommonOptions {
  /** Default: the one that Docent opens when nobody names one. */
  readonly creatorId?: CreatorId;
  /** Commands of one thread remember each other. */
  readonly thread?: string;
  readonly asJson: boolean;
  /** The command's own arguments, in order. */
  readonly words: readonly string[];
}

/**
 * Takes the options that every command has out of its arguments; after `--` all are the command's. One that the command
 * has itself (`ownOptions`, such as `--creator`) is left to it; one that nobody has is refused, because a mistyped
 * `--creator` would open the wrong room.
 * @throws DocentError `COMMAND_INPUT`.
 */
export function takeCommonOptions(args: readonly string[], ownOptions: readonly string[]): CommonOptions {
  const words: string[] = [];
  const taken = new Map<string, string>();
  const isCommon = (option: string, known: readonly string[]): boolean =>
    known.includes(option) && !ownOptions.includes(option);
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    const [option, inline] = splitOption(arg);
    if (arg === '--') {
      words.push(...args.slice(index));
      break;
    }
    if (isCommon(arg, ['--json'])) taken.set(arg, '');
    else if (isCommon(option, ['--creator', '--thread'])) {
      const value = inline ?? args[(index += 1)];
      if (value === undefined || value === '')
        throw wrong(`The option "${option}" needs a value. For example: ${option} coach`);
      taken.set(option, value);
    } else if (/^--[a-z]/.test(option) && !ownOptions.includes(option)) throw unknownOption(option);
    else words.push(arg);
  }
  const creator = taken.get('--creator');
  const thread = taken.get('--thread');
  return {
    ...(creator === undefined ? {} : { creatorId: creatorOf(creator) }),
    ...(thread === undefined ? {} : { thread }),
    asJson: taken.has('--json'),
    words,
  };
}

/** Splits a command's arguments into the files it is to work on and its own options. */
export function takePaths(
  words: readonly string[],
  fields: readonly { readonly option: string; readonly isFlag: boolean }[],
): { readonly paths: string[]; readonly options: string[] } {
  const paths: string[] = [];
  const options: string[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (word === '--') return { paths: [...paths, ...words.slice(index + 1)], options };
    if (!word.startsWith('--')) {
      paths.push(word);
      continue;
    }
    options.push(word);
    const takesNext = fields.some(({ option, isFlag }) => option === word && !isFlag);
    const next = words[index + 1];
    if (takesNext && next !== undefined) {
      options.push(next);
      index += 1;
    }
  }
  return { paths, options };
}

function splitOption(arg: string): [string, string | undefined] {
  const at = arg.indexOf('=');
  return at < 0 ? [arg, undefined] : [arg.slice(0, at), arg.slice(at + 1)];
}

function creatorOf(value: string): CreatorId {
  const result = creatorIdSchema.safeParse(value);
  if (result.success) return result.data;
  throw wrong(
    `There can be no creator "${value}": ${result.error.issues[0]?.message ?? 'it is no name for one'}. For example: --creator coach`,
  );
}

function unknownOption(option: string): DocentError {
  return wrong(
    `There is no option "${option}". Add --help to see what there is; text that begins with "--" goes after a lone "--".`,
  );
}

function wrong(userMessage: string): DocentError {
  return new DocentError('COMMAND_INPUT', { userMessage });
}
