import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** What zod found wrong, in the words in which Slack tells it: `[ERROR] … [json-pointer:/blocks/0/text]`. */
export function schemaMessages(issues: readonly Issue[], pointer: string, value: unknown): string[] {
  return issues.map((issue) => {
    const path = [...issue.path];
    const isMissing = isAbsent(issue, valueAt(value, path));
    const field = isMissing ? path.pop() : undefined;
    const place = [pointer, ...path.map(String)].join('/');
    return errorAt(
      place,
      field === undefined ? wordsFor(issue, valueAt(value, path)) : `missing required field: ${String(field)}`,
    );
  });
}

/** One message in Slack's form. */
export function errorAt(pointer: string, words: string): string {
  return `[ERROR] ${words} [json-pointer:${pointer}]`;
}

function isAbsent(issue: Issue, value: unknown): boolean {
  return value === undefined && issue.path.length > 0 && issue.code !== 'custom';
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (part, key) =>
      typeof part === 'object' && part !== null ? (part as Record<PropertyKey, unknown>)[key] : undefined,
    value,
  );
}

function wordsFor(issue: Issue, value: unknown): string {
  if (issue.code === 'too_big')
    return issue.origin === 'array'
      ? `no more than ${issue.maximum} items allowed`
      : `must be less than ${Number(issue.maximum) + 1}${unitOf(issue.origin)}`;
  if (issue.code === 'too_small')
    return issue.origin === 'array'
      ? `must provide at least ${issue.minimum} items`
      : `must be more than ${Number(issue.minimum) - 1}${unitOf(issue.origin)}`;
  if (issue.code === 'unrecognized_keys') return `invalid additional property: ${issue.keys.join(', ')}`;
  if (issue.code === 'invalid_union' && issue.discriminator !== undefined) return `unsupported type: ${String(value)}`;
  return issue.code === 'custom' ? issue.message : 'failed to match all allowed schemas';
}

function unitOf(origin: string): string {
  return origin === 'string' ? ' characters' : '';
}
