import { execFile } from 'node:child_process';
import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.js';

const repository = process.cwd();

/** What a program that measures writes; the line that is wrong says so only where the types are known. */
const MEASURE = `
import { type EvaluateOptions, type EvaluationDataset, type EvaluationReport, evaluate } from 'docent/evaluation';
export async function measure(dataset: EvaluationDataset, options: EvaluateOptions): Promise<EvaluationReport> {
  const { report } = await evaluate(dataset, options);
  // @ts-expect-error an evaluation is no report
  const wrong: EvaluationReport = evaluate(dataset, options);
  return report ?? wrong;
}
`;
const TSCONFIG = {
  compilerOptions: {
    strict: true,
    exactOptionalPropertyTypes: true,
    module: 'NodeNext',
    target: 'ES2022',
    lib: ['ES2023'],
    types: ['node'],
    noEmit: true,
    skipLibCheck: false,
  },
  files: ['plugin.ts', 'measure.ts'],
};

/** A folder of a plugin's author, in which the packages are linked. */
async function openAuthorsFolder(): Promise<string> {
  const folder = await temporaryFolder();
  const packages = join(folder, 'node_modules');
  await mkdir(join(packages, '@types'), { recursive: true });
  await symlink(repository, join(packages, 'docent'));
  for (const name of ['zod', '@types/node'])
    await symlink(join(repository, 'node_modules', name), join(packages, name));
  await cp(join(repository, 'examples/coach-tools/plugin.ts'), join(folder, 'plugin.ts'));
  await writeFile(join(folder, 'measure.ts'), MEASURE);
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(TSCONFIG));
  return folder;
}

/** What the compiler says of a project; nothing where all is well. */
function compilerSays(project: string): Promise<string> {
  const compiler = join(repository, 'node_modules/typescript/bin/tsc');
  return new Promise((resolve) => {
    execFile(process.execPath, [compiler, '-p', project], (error, stdout) => resolve(stdout || (error?.message ?? '')));
  });
}

describe('the package', () => {
  it('brings types, by which a plugin and a measuring program outside of it are checked strictly', async () => {
    expect(await compilerSays(join(repository, 'src/tsconfig.types.json'))).toBe('');
    expect(await compilerSays(await openAuthorsFolder())).toBe('');
  });
});
