import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { z } from 'zod';

const partSchema = z.union([
  z.object({ path: z.string(), args: z.array(z.string()) }),
  z.object({ missing: z.string() }),
]);
const obtainedSchema = z.record(z.string(), partSchema);

/** A real program: where it is, and what it must be started with on this machine. */
export interface Part {
  readonly path: string;
  readonly args: readonly string[];
}

/** What `npm run obtain` found of a real program: the program, or the reason why it is missing. */
export function obtained(name: string): Part | { readonly missing: string } {
  const file = join(process.cwd(), '.cache', 'obtained.json');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return { missing: 'run `npm run obtain` first' };
  }
  return obtainedSchema.parse(JSON.parse(text))[name] ?? { missing: `${file} does not name it` };
}

/** A suite that needs a real program. Where that is missing the suite is skipped and its title says why. */
export function describeWith(name: string, title: string, suite: (part: Part) => void): void {
  const part = obtained(name);
  // A skipped suite is still read, for the names of its tests, but none of its hooks and tests run.
  if ('missing' in part) {
    describe.skip(`${title} (left out, no ${name}: ${part.missing})`, () => {
      suite({ path: '', args: [] });
    });
  } else {
    describe(title, () => {
      suite(part);
    });
  }
}
