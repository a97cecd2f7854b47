import { z } from 'zod';

const errorSchema = z.object({
  name: z.string(),
  code: z.union([z.string(), z.number()]).optional(),
  message: z.string(),
  stack: z.string().optional(),
  get causes() {
    return z.array(errorSchema).optional();
  },
});

const lineSchema = z
  .object({ level: z.string(), time: z.string(), event: z.string(), error: errorSchema.optional() })
  .catchall(z.unknown());

/** A JSON log line as people read it: local time, level, event, fields, and an error's stack and causes below. */
export function toText(json: string): string {
  const { level, time, event, error, ...fields } = lineSchema.parse(JSON.parse(json));
  const clock = new Date(time).toTimeString().slice(0, 8);
  const pairs = Object.entries(fields).map(([name, value]) => ` ${name}=${fieldText(value)}`);
  const head = `${clock} ${level.toUpperCase().padEnd(5)} ${withoutControls(event)}${pairs.join('')}\n`;
  return error === undefined ? head : head + errorText(error, '  ');
}

function errorText(error: z.infer<typeof errorSchema>, indent: string): string {
  const code = error.code === undefined ? '' : ` (${error.code})`;
  const text = `${error.name}${code}: ${error.message}\n${callLines(error.stack)}`;
  const own = text
    .trimEnd()
    .split('\n')
    .map((line) => `${indent}${withoutControls(line)}\n`)
    .join('');
  const causes = (error.causes ?? []).map((cause) => `${indent}caused by\n${errorText(cause, `${indent}  `)}`);
  return own + causes.join('');
}

/** The stack without the message that it repeats. */
function callLines(stack = ''): string {
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}

function fieldText(value: unknown): string {
  if (typeof value === 'string' && /^[\w.:/@-]+$/.test(value)) return value;
  return JSON.stringify(value) ?? 'undefined';
}

/** A value must not move the cursor or colour the operator's terminal. */
function withoutControls(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ');
}
