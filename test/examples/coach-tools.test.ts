import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPlugins, pluginSpecifiers } from '../../src/core/load-plugins.js';
import { planLaunch } from '../../src/launch.js';
import { runDocent } from '../support/docent-process.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { writeFile } from 'node:fs/promises';

const plugin = join(process.cwd(), 'dist/examples/coach-tools/plugin.js');
const subtitles = `1
00:00:05,000 --> 00:00:08,000
Welcome to the course on breathing.

2
00:01:10,000 --> 00:01:15,000
Breathe out twice as long as you breathe in when you climb.
`;

describe('the example plugin', () => {
  it('is found by its path and takes its place in the plan', async () => {
    const result = await planLaunch({ environment: { DOCENT_PLUGINS: plugin }, folder: process.cwd() });
    if ('problems' in result) throw new Error(result.problems.map(({ problem }) => problem).join('\n'));
    expect(result.plan.commands.map(({ name }) => name)).toContain('countdown');
    expect(result.plan.parsers.map(({ name }) => name)).toContain('subtitles');
  });

  it('adds a parser that reads in the child process, and a command', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'lesson.srt'), subtitles);
    const environment = { DOCENT_PLUGINS: plugin };
    const ingested = await runDocent(['ingest', 'lesson.srt'], folder, environment);
    expect(ingested.stdout).toMatch(/^lesson\.srt +added +2/m);
    const answered = await runDocent(['ask', 'How do I breathe when I climb?'], folder, environment);
    expect(answered.stdout).toMatch(/twice as long[\s\S]*lesson\.srt › From 00:01/);
    const counted = await runDocent(['countdown', '2001-01-01'], folder, environment);
    expect(counted.stdout).toContain('That day has come.');
  });
});

describe('loading outside plugins', () => {
  it('takes paths and package names, separated by commas', () => {
    expect(pluginSpecifiers(' ./a.js, some-package ,,')).toEqual(['./a.js', 'some-package']);
    expect(pluginSpecifiers(undefined)).toEqual([]);
  });

  it('names what cannot be loaded, and why, beside what can', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'broken.mjs'), 'export default {');
    await writeFile(join(folder, 'empty.mjs'), 'export const nothing = 1;');
    const { plugins, problems } = await loadPlugins(
      [plugin, './broken.mjs', './empty.mjs', './missing.mjs', 'no-such-package'],
      folder,
    );
    expect(plugins.map(({ name }) => name)).toEqual(['coach-tools']);
    expect(problems.map(({ where }) => where)).toEqual([
      './broken.mjs',
      './empty.mjs',
      './missing.mjs',
      'no-such-package',
    ]);
    expect(problems[1]?.problem).toContain('no plugin as its default export');
    expect(problems[3]?.problem).toContain('cannot be loaded');
  });
});
