import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { describeInput, readInput, usageOf } from '../../../src/core/chat/command-input.js';
import { parseArguments, parseCommandLine } from '../../../src/core/chat/command-line.js';
import { type CommandDefinition, defineCommand } from '../../../src/core/chat/command.js';
import { notice } from '../../../src/core/chat/outgoing-message.js';
import type { DocentError } from '../../../src/core/errors.js';

function command(name: string, input: z.ZodObject, more: Partial<CommandDefinition> = {}): CommandDefinition {
  return defineCommand({
    name,
    description: name,
    input,
    access: 'member',
    readOnly: true,
    run: async () => notice(''),
    ...more,
  });
}

const ask = command('ask', z.object({ question: z.string().meta({ description: 'Question.', example: 'Why?' }) }));
const stats = command('stats', z.object({ days: z.int().min(1).max(7).default(7).meta({ description: 'Days.' }) }));
const forget = command(
  'forget',
  z.object({ document: z.string().min(1).meta({ description: 'Name.', example: 'a.pdf' }) }),
);
const link = command(
  'link',
  z.object({
    creator: z
      .string()
      .regex(/^[a-z]+$/, 'only letters')
      .meta({ description: 'Creator.', example: 'coach' }),
    ingestion: z.enum(['managers', 'members']).default('managers').meta({ description: 'Who.' }),
    wholeWorkspace: z.boolean().default(false).meta({ description: 'Everywhere.' }),
  }),
);
const documents = command('documents', z.object({}));
const secret = command('secret', z.object({}), { hidden: true });
const commands = [ask, stats, forget, link, documents, secret];

const read = (line: string): unknown => {
  const { command: found, input } = parseCommandLine(line, commands);
  return { [found.name]: readInput(found, input) };
};

function errorOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    const { code, userMessage } = error as DocentError;
    return `${code}: ${userMessage}`;
  }
  return 'no error';
}

describe('parseCommandLine', () => {
  it.each([
    ['documents', { documents: {} }],
    ['/documents', { documents: {} }],
    ['forget handbook.pdf', { forget: { document: 'handbook.pdf' } }],
    ['forget my old handbook.pdf', { forget: { document: 'my old handbook.pdf' } }],
    ['forget "my old handbook.pdf"', { forget: { document: 'my old handbook.pdf' } }],
    ["forget 'it is.pdf'", { forget: { document: 'it is.pdf' } }],
    ['forget --document=a=b.pdf', { forget: { document: 'a=b.pdf' } }],
    ['ask what does "net worth"  mean?', { ask: { question: 'what does "net worth"  mean?' } }],
    ["ask what's new", { ask: { question: "what's new" } }],
    ['ask what does --verbose do?', { ask: { question: 'what does --verbose do?' } }],
    ['ask -- --json is what?', { ask: { question: '--json is what?' } }],
    ['stats', { stats: { days: 7 } }],
    ['stats 3', { stats: { days: 3 } }],
    ['stats --days 3', { stats: { days: 3 } }],
    ['link coach', { link: { creator: 'coach', ingestion: 'managers', wholeWorkspace: false } }],
    [
      'link coach members --whole-workspace',
      { link: { creator: 'coach', ingestion: 'members', wholeWorkspace: true } },
    ],
    ['link --ingestion members coach', { link: { creator: 'coach', ingestion: 'members', wholeWorkspace: false } }],
    ['link coach --whole-workspace=no', { link: { creator: 'coach', ingestion: 'managers', wholeWorkspace: false } }],
    ['link coach --no-whole-workspace', { link: { creator: 'coach', ingestion: 'managers', wholeWorkspace: false } }],
  ])('reads %s', (line, expected) => {
    expect(read(line)).toEqual(expected);
  });

  it('takes --json as a wish for data, wherever it stands', () => {
    expect(parseCommandLine('documents --json', commands).asJson).toBe(true);
    expect(parseCommandLine('ask why --json', commands)).toMatchObject({ asJson: true, input: { question: 'why' } });
    expect(parseCommandLine('ask why', commands).asJson).toBe(false);
  });

  it('reads arguments that a shell has split', () => {
    expect(parseArguments(['forget', 'my old handbook.pdf', '--json'], commands)).toMatchObject({
      input: { document: 'my old handbook.pdf' },
      asJson: true,
    });
  });

  it.each([
    ['dance', 'COMMAND_UNKNOWN: There is no command "dance". The command "help" lists what there is.'],
    ['secret', 'COMMAND_UNKNOWN: There is no command "secret". The command "help" lists what there is.'],
    ['', 'COMMAND_UNKNOWN: There is no command "". The command "help" lists what there is.'],
    ['documents today', 'COMMAND_INPUT: "documents" does not know what to do with "today". For example: documents'],
    ['stats --weeks 2', 'COMMAND_INPUT: There is no option "--weeks" for "stats". For example: stats'],
    ['stats --days', 'COMMAND_INPUT: The option "--days" needs a value. For example: stats --days 1'],
    ['stats 9', 'COMMAND_INPUT: "days" must be a whole number, at least 1 and at most 7. For example: stats --days 1'],
    [
      'stats soon',
      'COMMAND_INPUT: "days" must be a whole number, at least 1 and at most 7. For example: stats --days 1',
    ],
    ['forget', 'COMMAND_INPUT: "document" is missing: a text. For example: forget a.pdf'],
    ['link COACH', 'COMMAND_INPUT: "creator" is wrong: only letters. For example: link coach'],
    [
      'link coach all',
      'COMMAND_INPUT: "ingestion" must be one of managers, members. For example: link coach --ingestion managers',
    ],
    [
      'link coach --whole-workspace=maybe',
      'COMMAND_INPUT: "wholeWorkspace" must be yes or no. For example: link coach --whole-workspace',
    ],
  ])('says what is wrong with "%s"', (line, message) => {
    expect(errorOf(() => read(line))).toBe(message);
  });
});

describe('readInput', () => {
  it('takes numbers and yes or no as text, and an empty field as none', () => {
    expect(readInput(stats, { days: '2' })).toEqual({ days: 2 });
    expect(readInput(stats, { days: '' })).toEqual({ days: 7 });
    expect(readInput(link, { creator: 'coach', wholeWorkspace: 'Yes', ingestion: null })).toMatchObject({
      wholeWorkspace: true,
    });
  });

  it('leaves a required text empty for the command to judge', () => {
    expect(readInput(ask, { question: '' })).toEqual({ question: '' });
  });

  it('names every wrong field', () => {
    expect(errorOf(() => readInput(link, { creator: 'C', ingestion: 'x' }))).toBe(
      'COMMAND_INPUT: "creator" is wrong: only letters. "ingestion" must be one of managers, members. For example: link coach',
    );
  });

  it('ignores what the command does not know', () => {
    expect(readInput(documents, { page: 1 })).toEqual({});
  });
});

describe('describeInput', () => {
  it('tells forms and options what they need', () => {
    expect(describeInput(link)).toEqual([
      {
        name: 'creator',
        kind: 'text',
        isRequired: true,
        description: 'Creator.',
        choices: [],
        min: undefined,
        max: undefined,
        fallback: undefined,
        example: 'coach',
      },
      {
        name: 'ingestion',
        kind: 'choice',
        isRequired: false,
        description: 'Who.',
        choices: ['managers', 'members'],
        min: undefined,
        max: undefined,
        fallback: 'managers',
        example: 'managers',
      },
      {
        name: 'wholeWorkspace',
        kind: 'flag',
        isRequired: false,
        description: 'Everywhere.',
        choices: [],
        min: undefined,
        max: undefined,
        fallback: false,
        example: 'yes',
      },
    ]);
    expect(describeInput(stats)).toMatchObject([{ kind: 'integer', min: 1, max: 7, fallback: 7 }]);
  });

  it('writes a command down', () => {
    expect(usageOf(link)).toBe('link <creator> [ingestion] [--whole-workspace]');
  });
});
