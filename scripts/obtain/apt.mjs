import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './run.mjs';

const TIMEOUT_MS = 10 * 60_000;
const UNATTENDED = { DEBIAN_FRONTEND: 'noninteractive' };

/** Runs apt-get, and returns what it printed. @param {readonly string[]} args @param {string} [cwd] */
export function aptGet(args, cwd) {
  return run('apt-get', args, { timeoutMs: TIMEOUT_MS, env: UNATTENDED, ...(cwd === undefined ? {} : { cwd }) });
}

/**
 * apt-get with the machine's sources and package states, but lists, cache and locks of its own: it needs no root, and
 * nothing of the machine changes. With a release, the sources are of that Debian release, from the same mirrors.
 * @param {string} folder @param {string} [release]
 * @returns {Promise<(args: readonly string[], cwd?: string) => Promise<string>>}
 */
export async function privateApt(folder, release) {
  for (const name of ['state/lists/partial', 'archives/partial', 'log'])
    await mkdir(join(folder, name), { recursive: true });
  const options = {
    'Dir::State': join(folder, 'state'),
    'Dir::State::status': '/var/lib/dpkg/status',
    'Dir::Cache': folder,
    'Dir::Cache::archives': join(folder, 'archives'),
    'Dir::Log': join(folder, 'log'),
    'Debug::NoLocking': 'true',
    // Without it, lists of files name MD5 where a mirror still has it.
    'Acquire::ForceHash': 'SHA256',
    ...(release === undefined ? {} : await sourcesOf(release, join(folder, 'sources'))),
  };
  const settings = Object.entries(options).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
  return (args, cwd) => aptGet([...settings, ...args], cwd);
}

/** The machine's sources of Debian itself, rewritten to another release. @param {string} release @param {string} folder */
async function sourcesOf(release, folder) {
  const system = await readFile('/etc/os-release', 'utf8');
  const codename = /^VERSION_CODENAME=(\w+)$/m.exec(system)?.[1] ?? 'stable';
  const suite = new RegExp(`(?<=\\s)(?:${codename}|(?:old)*stable)(?=\\s|$)`);
  await mkdir(folder, { recursive: true });
  // Without the option, apt lists only what it has updated before: nothing on a bare machine.
  const list = ['indextargets', '--no-release-info', '--format', '$(SOURCESENTRY)', 'Created-By: Packages'];
  const entries = (await aptGet(list)).split('\n');
  const files = [...new Set(entries.map((entry) => entry.replace(/:\d+$/, '')))].filter((file) => file !== '');
  let found = false;
  for (const [index, file] of files.entries()) {
    const isStanzas = file.endsWith('.sources');
    const text = await readFile(file, 'utf8');
    const rewritten = isStanzas ? rewriteStanzas(text, suite, release) : rewriteLines(text, suite, release);
    if (rewritten === '') continue;
    found = true;
    await writeFile(join(folder, `docent-${index}.${isStanzas ? 'sources' : 'list'}`), rewritten);
  }
  if (!found) throw new Error(`apt has no source of Debian's ${codename}, whose mirror could have ${release} too`);
  return { 'Dir::Etc::sourcelist': '/dev/null', 'Dir::Etc::sourceparts': folder };
}

/** Sources as stanzas: deb822-style, see sources.list(5). @param {string} text @param {RegExp} suite @param {string} release */
function rewriteStanzas(text, suite, release) {
  const suites = /^Suites:.*$/m;
  return text
    .split(/\n\s*\n/)
    .filter((stanza) => suite.test(suites.exec(stanza)?.[0] ?? ''))
    .map((stanza) => stanza.replace(suites, `Suites: ${release}`))
    .join('\n\n');
}

/** Sources as lines: one-line-style. @param {string} text @param {RegExp} suite @param {string} release */
function rewriteLines(text, suite, release) {
  return text
    .split('\n')
    .filter((line) => /^deb\s/.test(line) && suite.test(line))
    .map((line) => `${line.replace(suite, release)}\n`)
    .join('');
}

/** Reads what apt prints for `--print-uris`: lines like `'address' name.deb 123 SHA256:abc`. @param {string} output */
export function parseUris(output) {
  return output
    .split('\n')
    .filter((line) => line.startsWith("'"))
    .map((line) => {
      const match = /^'[^']+' (\S+\.deb) (\d+) SHA256:([0-9a-f]{64})$/.exec(line.trim());
      if (match === null) throw new Error(`apt names no SHA-256 in "${line}"`);
      return { name: match[1] ?? '', sizeBytes: Number(match[2]), sha256: match[3] };
    });
}
