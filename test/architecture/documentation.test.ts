import { describe, expect, it } from 'vitest';
import { type SourceFile, sourceFiles } from './sources.js';

const EXPORT =
  /^export\s+(?:declare\s+)?(?:async\s+)?(?:function\*?|const|let|class|interface|type)\s+(?<name>[A-Za-z_$][\w$]*)/;
/** The type that goes with a schema: the schema's docstring is its own. */
const INFERRED_TYPE = /^export type \w+ = z\.(?:infer|input|output)</;

/** Exported symbols without a docstring right above them, as `file:line name`. */
function undocumented(file: SourceFile): string[] {
  const lines = file.text.split('\n');
  const seen = new Set<string>();
  return lines.flatMap((line, index) => {
    const name = EXPORT.exec(line)?.groups?.['name'];
    if (name === undefined || INFERRED_TYPE.test(line) || seen.has(name)) return [];
    seen.add(name);
    return lines[index - 1]?.trimEnd().endsWith('*/') === true ? [] : [`${file.path}:${index + 1} ${name}`];
  });
}

describe('the documentation in the code', () => {
  it('stands above every exported symbol', () => {
    expect(sourceFiles('src').flatMap(undocumented)).toEqual([]);
  });

  it('finds a symbol that has none', () => {
    const text = '/** Says it. */\nexport function told(): void {}\n\nexport const untold = 1;\n';
    expect(undocumented({ path: 'a.ts', text })).toEqual(['a.ts:4 untold']);
  });
});
