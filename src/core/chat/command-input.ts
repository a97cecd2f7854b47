import { z } from 'zod';
import { DocentError } from '../errors.js';
import type { JsonValue } from '../json.js';
import type { CommandDefinition } from './command.js';

/** One input of a command, as forms, options and flags are drawn from it. */
export interface InputField {
  readonly name: string;
  /** `flag`: yes or no. `choice`: one of `choices`. */
  readonly kind: 'text' | 'integer' | 'number' | 'flag' | 'choice';
  readonly isRequired: boolean;
  readonly description: string;
  /** For `choice` alone. */
  readonly choices: readonly string[];
  /** Least value of a number, or least characters of a text; undefined for none. */
  readonly min: number | undefined;
  /** Greatest value of a number, or most characters of a text; undefined for none. */
  readonly max: number | undefined;
  /** What counts when nothing is given; undefined for nothing. */
  readonly fallback: JsonValue | undefined;
  /** What somebody could give. */
  readonly example: string;
  /** What the core can name while it is typed; undefined for nothing. */
  readonly suggests: Suggestible | undefined;
}

const suggestibleSchema = z.enum(['documents', 'creators']);
/** What can be named while somebody types: the creator's documents, or the creators this person may name. */
export type Suggestible = z.infer<typeof suggestibleSchema>;

type CommandShape = Pick<CommandDefinition, 'name' | 'input'>;

/** The part of JSON Schema that commands' inputs use. */
const propertySchema = z.object({
  type: z.string().optional(),
  enum: z.array(z.string()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  default: z.json().optional(),
  description: z.string().default(''),
  example: z.string().optional(),
  suggests: suggestibleSchema.optional(),
});
const objectSchema = z.object({
  properties: z.record(z.string(), propertySchema).default({}),
  required: z.array(z.string()).default([]),
});

/** The inputs of a command in their order. */
export function describeInput(command: CommandShape): InputField[] {
  const { properties, required } = objectSchema.parse(
    z.toJSONSchema(command.input, { io: 'input', unrepresentable: 'any' }),
  );
  return Object.entries(properties).map(([name, property]) => {
    const kind = kindOf(property);
    return {
      name,
      kind,
      isRequired: required.includes(name),
      description: property.description,
      choices: property.enum ?? [],
      min: bound(property.minimum ?? property.minLength),
      max: bound(property.maximum ?? property.maxLength),
      fallback: property.default,
      example: property.example ?? property.enum?.[0] ?? EXAMPLES[kind],
      suggests: property.suggests,
    };
  });
}

/**
 * Checks an input as a platform delivered it: numbers and yes or no may come as text, an empty text counts as nothing
 * given where nothing need be given.
 * @throws DocentError `COMMAND_INPUT` that names every wrong field, what it must be, and an example.
 */
export function readInput<Input extends z.ZodObject>(
  command: Pick<CommandDefinition<Input>, 'name' | 'input'>,
  raw: Readonly<Record<string, JsonValue>>,
): z.infer<Input> {
  const fields = describeInput(command);
  const given = Object.fromEntries(
    fields.flatMap((field) => {
      const value = raw[field.name];
      const isNothing = value === undefined || value === null || (value === '' && !field.isRequired);
      return isNothing ? [] : [[field.name, fromText(field, value)]];
    }),
  );
  const result = command.input.safeParse(given);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => {
    const field = fields.find(({ name }) => name === issue.path[0]);
    if (field === undefined) return issue.message;
    const isOwnMessage = issue.code === 'invalid_format' || issue.code === 'custom';
    if (given[field.name] === undefined) return `"${field.name}" is missing: ${expectationOf(field)}`;
    return isOwnMessage
      ? `"${field.name}" is wrong: ${issue.message}`
      : `"${field.name}" must be ${expectationOf(field)}`;
  });
  const wrong = fields.find(({ name }) => name === result.error.issues[0]?.path[0]);
  throw inputError(command, `${[...new Set(problems)].join('. ')}.`, wrong);
}

/** A `COMMAND_INPUT` error that ends with how to write the command. */
export function inputError(command: CommandShape, problem: string, about?: InputField): DocentError {
  const parts = describeInput(command).flatMap((field) => {
    if (field.isRequired) return [field.example];
    if (field.name !== about?.name) return [];
    return [field.kind === 'flag' ? optionOf(field) : `${optionOf(field)} ${field.example}`];
  });
  return new DocentError('COMMAND_INPUT', {
    userMessage: `${problem} For example: ${[command.name, ...parts].join(' ')}`,
  });
}

/** How a command is written: `link <creator> [ingestion] [--whole-workspace]`. */
export function usageOf(command: CommandShape): string {
  const parts = describeInput(command).map((field) => {
    const word = field.kind === 'flag' ? optionOf(field) : field.name;
    return field.isRequired ? `<${word}>` : `[${word}]`;
  });
  return [command.name, ...parts].join(' ');
}

/** How a field is written as an option on a command line. */
export function optionOf({ name }: Pick<InputField, 'name'>): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

const EXAMPLES: Readonly<Record<InputField['kind'], string>> = {
  text: 'text',
  integer: '1',
  number: '1',
  flag: 'yes',
  choice: '',
};
const WORDS = new Map([
  ...['yes', 'true', 'on', '1'].map((word) => [word, true] as const),
  ...['no', 'false', 'off', '0'].map((word) => [word, false] as const),
]);

function kindOf({ type, enum: choices }: z.infer<typeof propertySchema>): InputField['kind'] {
  if (choices !== undefined) return 'choice';
  if (type === 'boolean') return 'flag';
  return type === 'integer' || type === 'number' ? type : 'text';
}

/** zod gives every whole number the bounds of a safe integer: those say nothing. */
function bound(value: number | undefined): number | undefined {
  return value === undefined || Math.abs(value) >= Number.MAX_SAFE_INTEGER ? undefined : value;
}

function fromText({ kind }: InputField, value: JsonValue): JsonValue {
  if (typeof value !== 'string') return value;
  if (kind === 'flag') return WORDS.get(value.trim().toLowerCase()) ?? value;
  const isNumber = (kind === 'integer' || kind === 'number') && value.trim() !== '' && Number.isFinite(Number(value));
  return isNumber ? Number(value) : value;
}

function expectationOf({ kind, choices, min, max }: InputField): string {
  if (kind === 'choice') return `one of ${choices.join(', ')}`;
  if (kind === 'flag') return 'yes or no';
  const least = min === undefined || (kind === 'text' && min <= 1) ? [] : [`at least ${min}`];
  const range = [...least, ...(max === undefined ? [] : [`at most ${max}`])].join(' and ');
  if (kind === 'text') return range === '' ? 'a text' : `a text of ${range} characters`;
  const noun = kind === 'integer' ? 'a whole number' : 'a number';
  return range === '' ? noun : `${noun}, ${range}`;
}
