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

/** A suite that needs several real programs; the first one that is missing tells why it is left out. */
export function describeWithAll<Name extends string>(
  names: readonly Name[],
  title: string,
  suite: (parts: Readonly<Record<Name, Part>>) => void,
): void {
  const missing = names.find((name) => 'missing' in obtained(name)) ?? names[0];
  if (missing === undefined) throw new Error(`"${title}" names no program`);
  describeWith(missing, title, () => {
    suite(Object.fromEntries(names.map((name) => [name, partOf(name)])) as Record<Name, Part>);
  });
}

function partOf(name: string): Part {
  const part = obtained(name);
  return 'missing' in part ? { path: '', args: [] } : part;
}
