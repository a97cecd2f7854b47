import { z } from 'zod';
import { DocentError } from '../errors.js';

/**
 * Reads a text with one JSON value a line; empty lines are passed over.
 * @throws DocentError `COMMAND_INPUT` that names the line that is wrong.
 */
export function readJsonLines<Schema extends z.ZodType>(
  text: string,
  schema: Schema,
  fileName: string,
): z.output<Schema>[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const parsed = schema.safeParse(valueOf(line));
    if (parsed.success) return [parsed.data];
    throw new DocentError('COMMAND_INPUT', {
      userMessage: `Line ${index + 1} of "${fileName}" is not as it must be: ${z.prettifyError(parsed.error)}`,
    });
  });
}

function valueOf(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}
