import { scrub } from './scrub.js';

/** An error as a log line holds it, without secrets. */
export interface ErrorDescription {
  readonly name: string;
  readonly code?: string | number;
  readonly message: string;
  readonly stack?: string;
  /** What it was translated from, or the errors it gathers. */
  readonly causes?: readonly ErrorDescription[];
}

/** How deep causes are followed, and how many of one level. */
const MAX_DEPTH = 5;
const MAX_CAUSES = 5;
const MAX_STACK_LINES = 30;

/** Describes whatever was thrown, causes included, and never throws itself. */
export function describeError(error: unknown, depth = 0): ErrorDescription {
  if (!(error instanceof Error)) return { name: typeof error, message: scrub(thrownText(error)) };
  const code = codeOf(error);
  const causes = depth + 1 < MAX_DEPTH ? causesOf(error) : [];
  return {
    name: scrub(error.name),
    ...(code === undefined ? {} : { code }),
    message: scrub(error.message),
    ...(error.stack === undefined ? {} : { stack: scrub(firstLines(error.stack)) }),
    ...(causes.length === 0 ? {} : { causes: causes.map((cause) => describeError(cause, depth + 1)) }),
  };
}

function thrownText(thrown: unknown): string {
  return typeof thrown === 'string' ? thrown : Object.prototype.toString.call(thrown);
}

function codeOf(error: Error): string | number | undefined {
  const code = 'code' in error ? error.code : undefined;
  if (typeof code === 'string') return scrub(code);
  return typeof code === 'number' ? code : undefined;
}

function causesOf(error: Error): unknown[] {
  const gathered: unknown[] = error instanceof AggregateError ? error.errors.slice(0, MAX_CAUSES) : [];
  return error.cause === undefined ? gathered : [error.cause, ...gathered];
}

function firstLines(stack: string): string {
  return stack.split('\n', MAX_STACK_LINES).join('\n');
}
