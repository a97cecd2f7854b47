import { DocentError } from '../errors.js';
import type { JsonValue } from '../json.js';
import type { CommandDefinition } from './command.js';
import { type InputField, describeInput, inputError, optionOf } from './command-input.js';

/** A command as somebody wrote it. */
export interface ParsedCommand {
  readonly command: CommandDefinition;
  /** For `readInput`, or as the input of a command event. */
  readonly input: Record<string, JsonValue>;
  /** Whether `--json` stood there: the result is wanted as data. */
  readonly asJson: boolean;
}

/** A word of a line: its value without quotes, and as it was written with the space before it. */
interface Word {
  readonly value: string;
  readonly written: string;
  readonly isQuoted: boolean;
}

/**
 * Reads a line such as `forget handbook.pdf` or `stats --days 3`. Words fill the command's fields in their order, the
 * last field takes the rest of the line as it is written; `--field value`, `--field=value`, and `--flag` or `--no-flag`
 * for yes and no stand anywhere; after `--` everything is text. Quotes keep words together.
 * @throws DocentError `COMMAND_UNKNOWN`, `COMMAND_INPUT`.
 */
export function parseCommandLine(line: string, commands: readonly CommandDefinition[]): ParsedCommand {
  const [first, ...words] = wordsOf(line);
  return parseWords(first?.value ?? '', words, commands);
}

/** The same for a program's arguments, which a shell has split already. */
export function parseArguments(values: readonly string[], commands: readonly CommandDefinition[]): ParsedCommand {
  const [name = '', ...rest] = values;
  return parseWords(
    name,
    rest.map((value) => ({ value, written: ` ${value}`, isQuoted: false })),
    commands,
  );
}

function parseWords(name: string, words: readonly Word[], commands: readonly CommandDefinition[]): ParsedCommand {
  const command = commands.find((candidate) => candidate.name === name.replace(/^\//, '') && candidate.hidden !== true);
  if (command === undefined)
    throw new DocentError('COMMAND_UNKNOWN', {
      userMessage: `There is no command "${name}". The command "help" lists what there is.`,
    });
  const { input, texts, asJson } = takeOptions(command, words);
  return { command, input: { ...fillInOrder(command, texts, input), ...input }, asJson };
}

function takeOptions(
  command: CommandDefinition,
  words: readonly Word[],
): { input: Record<string, JsonValue>; texts: Word[]; asJson: boolean } {
  const fields = describeInput(command);
  const input: Record<string, JsonValue> = {};
  const texts: Word[] = [];
  let asJson = false;
  let areOptionsOver = false;
  for (let index = 0; index < words.length; index++) {
    const word = words[index] as Word;
    if (areOptionsOver || word.isQuoted || !word.value.startsWith('--')) {
      texts.push(word);
      continue;
    }
    if (word.value === '--') {
      areOptionsOver = true;
      continue;
    }
    const [option, inline] = split(word.value);
    const field = fields.find((candidate) => optionOf(candidate) === option);
    const denied = fields.find(
      (candidate) => candidate.kind === 'flag' && `--no${optionOf(candidate).slice(1)}` === option,
    );
    if (field !== undefined)
      input[field.name] = inline ?? (field.kind === 'flag' ? true : valueAfter(command, field, words[++index]));
    else if (denied !== undefined) input[denied.name] = false;
    else if (option === '--json') asJson = true;
    else if (isText(fields, texts)) texts.push(word);
    else throw inputError(command, `There is no option "${option}" for "${command.name}".`);
  }
  return { input, texts, asJson };
}

/** `--name=value` in two; a value may hold further equals signs. */
function split(option: string): [string, string | undefined] {
  const at = option.indexOf('=');
  return at < 0 ? [option, undefined] : [option.slice(0, at), option.slice(at + 1)];
}

function valueAfter(command: CommandDefinition, field: InputField, word: Word | undefined): string {
  if (word !== undefined) return word.value;
  throw inputError(command, `The option "${optionOf(field)}" needs a value.`, field);
}

/** Whether an unknown option stands inside a sentence, such as a question about a program's options. */
function isText(fields: readonly InputField[], texts: readonly Word[]): boolean {
  const last = fields.filter(({ kind }) => kind !== 'flag').at(-1);
  return last?.kind === 'text' && texts.length > 0;
}

function fillInOrder(
  command: CommandDefinition,
  texts: readonly Word[],
  taken: Readonly<Record<string, JsonValue>>,
): Record<string, JsonValue> {
  const fields = describeInput(command).filter(({ kind, name }) => kind !== 'flag' && taken[name] === undefined);
  const [first] = texts;
  if (first === undefined) return {};
  const last = fields.at(-1);
  if (last === undefined)
    throw inputError(command, `"${command.name}" does not know what to do with "${first.value}".`);
  const input: Record<string, JsonValue> = {};
  for (const [index, field] of fields.slice(0, -1).entries()) {
    const word = texts[index];
    if (word !== undefined) input[field.name] = word.value;
  }
  const rest = texts.slice(fields.length - 1);
  const [only] = rest;
  if (only !== undefined)
    input[last.name] =
      rest.length === 1
        ? only.value
        : rest
            .map(({ written }) => written)
            .join('')
            .trim();
  return input;
}

/** Words are runs without space, or anything in double or single quotes that begin a word; an unclosed quote is a letter. */
function wordsOf(line: string): Word[] {
  return [...line.matchAll(/\s*(?:"([^"]*)"(?=\s|$)|'([^']*)'(?=\s|$)|(\S+))/gu)].map(
    ([written, double, single, plain]) => ({
      value: double ?? single ?? plain ?? '',
      written,
      isQuoted: plain === undefined,
    }),
  );
}
