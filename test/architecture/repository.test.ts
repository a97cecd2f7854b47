import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { builtInCommands } from '../../src/plugins.js';
import { sourceFiles } from './sources.js';

const run = promisify(execFile);
const MAX_LINES = 300;

describe('the repository', () => {
  it(`has no source file longer than ${MAX_LINES} lines`, () => {
    const files = ['src', 'test', 'bench', 'examples'].flatMap(sourceFiles);
    const long = files.map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }));
    expect(long.filter(({ lines }) => lines > MAX_LINES)).toEqual([]);
  });

  it.each(['package-lock.json', 'bench/package-lock.json'])('names no download address in %s', (path) => {
    expect(readFileSync(path, 'utf8')).not.toMatch(/"resolved"\s*:/);
  });

  it('describes in .env.example and README.md the settings that the plugins have', async () => {
    const result = await run(process.execPath, ['scripts/settings-table.mjs', '--check']).catch(
      (error: unknown) => error,
    );
    expect(result).toMatchObject({ stderr: '' });
  });

  it('names in README.md the commands that people have, and who has them', () => {
    const rows = [...readFileSync('README.md', 'utf8').matchAll(/^\| `([a-z-]+)` \| (\w+) \|/gm)];
    const told = rows.map(([, name, who]) => `${name}: ${who?.replace(/^everybody$/, 'members').replace(/s$/, '')}`);
    const there = builtInCommands.filter(({ hidden }) => hidden !== true);
    expect(told.toSorted()).toEqual(there.map(({ name, access }) => `${name}: ${access}`).toSorted());
  });
});
