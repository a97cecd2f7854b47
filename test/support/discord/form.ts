import type { z } from 'zod';
import { Refusal } from './refusal.js';

/** An error of one field as Discord names it. */
interface FieldError {
  readonly code: string;
  readonly message: string;
}

/** Reads a body. @throws Refusal 50035 with Discord's `errors` object, which names each wrong field. */
export function readForm<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  throw new Refusal('INVALID_FORM', errorTree(result.error.issues));
}

/** A refusal of one field. */
export function fieldRefusal(path: readonly PropertyKey[], code: string, message: string): Refusal {
  const errors = {};
  place(errors, path, { code, message });
  return new Refusal('INVALID_FORM', errors);
}

/** Adds an issue with Discord's own code, for rules that a schema cannot say. */
export function addFieldError(
  context: z.RefinementCtx,
  path: readonly PropertyKey[],
  code: string,
  message: string,
): void {
  context.addIssue({ code: 'custom', path: [...path], message, params: { code } });
}

function errorTree(issues: readonly z.core.$ZodIssue[]): object {
  const errors = {};
  for (const issue of issues) place(errors, issue.path, fieldErrorOf(issue));
  return errors;
}

function place(tree: Record<string, unknown>, path: readonly PropertyKey[], error: FieldError): void {
  let node = tree;
  for (const key of path) node = (node[String(key)] ??= {}) as Record<string, unknown>;
  const errors = (node['_errors'] ??= []) as FieldError[];
  errors.push(error);
}

function fieldErrorOf(issue: z.core.$ZodIssue): FieldError {
  switch (issue.code) {
    case 'too_big':
      return issue.origin === 'string' || issue.origin === 'array'
        ? { code: 'BASE_TYPE_MAX_LENGTH', message: `Must be ${issue.maximum} or fewer in length.` }
        : { code: 'NUMBER_TYPE_MAX', message: `int value should be less than or equal to ${issue.maximum}.` };
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array'
        ? { code: 'BASE_TYPE_MIN_LENGTH', message: `Must be ${issue.minimum} or more in length.` }
        : { code: 'NUMBER_TYPE_MIN', message: `int value should be greater than or equal to ${issue.minimum}.` };
    case 'invalid_type':
      return issue.input === undefined
        ? { code: 'BASE_TYPE_REQUIRED', message: 'This field is required' }
        : { code: 'BASE_TYPE_INVALID', message: issue.message };
    case 'invalid_value':
      return { code: 'BASE_TYPE_CHOICES', message: `Value must be one of (${issue.values.map(String).join(', ')}).` };
    case 'invalid_format':
      return { code: 'STRING_TYPE_REGEX', message: 'String value did not match validation regex.' };
    case 'unrecognized_keys':
      return { code: 'UNKNOWN_FIELD', message: `Discord knows no field ${issue.keys.join(', ')} here.` };
    case 'custom':
      return { code: String(issue.params?.['code'] ?? 'BASE_TYPE_INVALID'), message: issue.message };
    case 'invalid_element':
    case 'invalid_key':
    case 'invalid_union':
    case 'not_multiple_of':
      return { code: 'BASE_TYPE_INVALID', message: issue.message };
  }
}
