/**
 * Writes the settings of the core and of every built-in plugin to `.env.example` and to the table in README.md;
 * with `--check` it only says whether the two are what it would write. Reads the built code: run `npm run build` first.
 */
import { readFile, writeFile } from 'node:fs/promises';

/** A module as it was built. @param {string} path @returns {Promise<any>} */
const built = (path) => import(new URL(`../dist/src/${path}`, import.meta.url).href);
/** @type {typeof import('../src/core/core-settings.js')} */
const { coreSettingsSchema } = await built('core/core-settings.js');
/** @type {typeof import('../src/core/settings.js')} */
const { settingsOf } = await built('core/settings.js');
/** @type {typeof import('../src/plugins.js')} */
const { builtInPlugins } = await built('plugins.js');

/**
 * @typedef {object} Row
 * @property {string} env
 * @property {string} description
 * @property {string} value what it is when unset; empty for nothing
 *
 * @typedef {{ title: string, rows: Row[] }} Group
 */

const TABLE = /<!-- settings -->[\s\S]*<!-- \/settings -->/;

/** @param {import('zod').ZodType} field */
function defaultOf(field) {
  const result = field.safeParse(undefined);
  return result.success && result.data !== undefined ? String(result.data) : '';
}

/** @param {string} title @param {import('zod').ZodObject} schema @returns {Group} */
function groupOf(title, schema) {
  return {
    title,
    rows: settingsOf(schema).map(({ meta, field }) => ({
      env: meta.env,
      description: meta.secret === true ? `${meta.description} Secret.` : meta.description,
      value: defaultOf(field),
    })),
  };
}

/** @param {readonly Group[]} groups */
function environmentFile(groups) {
  const blocks = groups.map(({ title, rows }) =>
    [`# ${title}`, ...rows.map(({ env, description, value }) => `\n# ${description}\n#${env}=${value}`)].join('\n'),
  );
  const head = '# Every setting of Docent with its default. Copy to .env and take away the # of what you change.';
  return `${[head, ...blocks].join('\n\n')}\n`;
}

/** @param {readonly Group[]} groups */
function markdownTable(groups) {
  const cell = (/** @type {string} */ text) => text.replaceAll('|', String.raw`\|`);
  const lines = groups.flatMap(({ rows }) =>
    rows.map(
      ({ env, description, value }) =>
        `| \`${env}\` | ${cell(description)} | ${value === '' ? '' : `\`${cell(value)}\``} |`,
    ),
  );
  return `<!-- settings -->\n\n| Setting | What it does | Default |\n| --- | --- | --- |\n${lines.join('\n')}\n\n<!-- /settings -->`;
}

const groups = [
  groupOf('Docent', coreSettingsSchema),
  ...builtInPlugins.flatMap((plugin) => (plugin.settings === undefined ? [] : [groupOf(plugin.name, plugin.settings)])),
];
const readme = await readFile('README.md', 'utf8');
if (!TABLE.test(readme)) throw new Error('README.md has no <!-- settings --> … <!-- /settings --> to fill');
const files = [
  { path: '.env.example', text: environmentFile(groups) },
  { path: 'README.md', text: readme.replace(TABLE, () => markdownTable(groups)) },
];
for (const { path, text } of files) {
  if (!process.argv.includes('--check')) await writeFile(path, text);
  else if ((await readFile(path, 'utf8').catch(() => '')) !== text) {
    console.error(`${path} does not match the settings in the code: run \`npm run env\`.`);
    process.exitCode = 1;
  }
}
