import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { run } from './run.mjs';

/** @typedef {import('./parts.mjs').Part} Part */

const APT_TIMEOUT_MS = 10 * 60_000;
const UNATTENDED = { DEBIAN_FRONTEND: 'noninteractive' };

/** Whether Debian's packages fit this machine. */
export async function isDebian() {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^ID(_LIKE)?=.*\bdebian\b/m.test(release);
}

/**
 * Installs a part's packages for the whole machine.
 * @param {Part} part @param {(line: string) => void} say
 */
export async function installPackages(part, say) {
  say('apt-get update');
  await run('apt-get', ['update'], { timeoutMs: APT_TIMEOUT_MS, env: UNATTENDED });
  const args = ['install', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300', ...part.packages];
  say(`apt-get ${args.join(' ')}`);
  await run('apt-get', args, { timeoutMs: APT_TIMEOUT_MS, env: UNATTENDED });
}

/** A folder of the user's that may be filled, or one in the project where the user has none. */
async function cacheFolder() {
  const { XDG_CACHE_HOME: configured = '' } = process.env;
  const users = configured === '' ? join(homedir(), '.cache') : configured;
  for (const folder of [join(users, 'docent'), join(process.cwd(), '.cache', 'docent')]) {
    if (
      await mkdir(folder, { recursive: true }).then(
        () => true,
        () => false,
      )
    )
      return folder;
  }
  throw new Error('there is no folder to unpack into: set XDG_CACHE_HOME to one that can be written');
}

/** Where a part is unpacked to. @param {Part} part */
async function unpackedFolder(part) {
  return join(await cacheFolder(), 'parts', part.name);
}

/** The command that starts an unpacked part. @param {Part} part */
export async function unpackedCommand(part) {
  return join(await unpackedFolder(part), 'start');
}

/** @param {string} path */
async function sha256(path) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/**
 * Downloads a part's packages, with what they need and this machine lacks, and unpacks them into the user's cache folder:
 * no root, and nothing of the machine changes. apt checks its lists' signatures, and each file's SHA-256 is compared with them.
 * @param {Part} part @param {(line: string) => void} say
 */
export async function unpackPackages(part, say) {
  const target = await unpackedFolder(part);
  await mkdir(dirname(target), { recursive: true });
  const work = await mkdtemp(`${target}-`);
  try {
    const apt = await privateApt(join(work, 'apt'));
    say(`apt-get update, into ${work}`);
    await apt(['update']);
    const install = ['install', '-y', '--no-install-recommends', ...part.packages];
    const files = parseUris(await apt([...install, '--print-uris', '-qq']));
    const megabytes = Math.ceil(files.reduce((sum, file) => sum + file.sizeBytes, 0) / 1e6);
    say(`downloading ${files.length} packages, ${megabytes} MB: ${part.packages.join(', ')} and what they need`);
    await apt([...install, '--download-only']);
    const tree = join(work, 'tree');
    await mkdir(tree);
    for (const file of files) {
      const path = join(work, 'apt', 'archives', file.name);
      if ((await sha256(path)) !== file.sha256) throw new Error(`${file.name} is not the file that its list promises`);
      // The C library has to be the machine's own, because the program is started by the machine's loader.
      if (file.name.startsWith('libc6_')) continue;
      await run('dpkg-deb', ['-x', path, tree], { timeoutMs: APT_TIMEOUT_MS });
    }
    await writeStarter(part, tree, target);
    await rm(target, { recursive: true, force: true });
    await rename(tree, target);
    say(`unpacked into ${target}`);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** apt-get with the machine's sources and package states, but lists, cache and locks of its own. @param {string} folder */
async function privateApt(folder) {
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
  };
  const settings = Object.entries(options).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
  return (/** @type {string[]} */ args) =>
    run('apt-get', [...settings, ...args], { timeoutMs: APT_TIMEOUT_MS, env: UNATTENDED });
}

/** Reads lines like `'address' name.deb 123 SHA256:abc`. @param {string} output */
function parseUris(output) {
  return output
    .split('\n')
    .filter((line) => line.startsWith("'"))
    .map((line) => {
      const match = /^'[^']+' (\S+\.deb) (\d+) SHA256:([0-9a-f]{64})$/.exec(line.trim());
      if (match === null) throw new Error(`apt names no SHA-256 in "${line}"`);
      return { name: match[1] ?? '', sizeBytes: Number(match[2]), sha256: match[3] };
    });
}

/** Writes the script that starts the program with the unpacked libraries and fonts. @param {Part} part @param {string} tree @param {string} target */
async function writeStarter(part, tree, target) {
  const folders = await libraryFolders(tree);
  const rules = ['30-metric-aliases', '45-latin', '60-latin'].map(
    (name) => `${target}/usr/share/fontconfig/conf.avail/${name}.conf`,
  );
  const fonts = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
${rules.map((path) => `  <include ignore_missing="yes">${path}</include>`).join('\n')}
  <dir>${target}/usr/share/fonts</dir>
  <cachedir>${target}/font-cache</cachedir>
</fontconfig>
`;
  const script = `#!/bin/sh
export LD_LIBRARY_PATH="${folders.map((folder) => join(target, folder)).join(':')}"
export FONTCONFIG_FILE="${target}/fonts.conf"
exec "${join(target, part.program)}" "$@"
`;
  await writeFile(join(tree, 'fonts.conf'), fonts);
  await writeFile(join(tree, 'start'), script);
  await chmod(join(tree, 'start'), 0o755);
}

/** The folders that hold shared libraries, such as `usr/lib/x86_64-linux-gnu` and the private ones of PulseAudio below it. @param {string} tree */
async function libraryFolders(tree) {
  const folders = new Set();
  for (const top of ['usr/lib', 'lib']) {
    const entries = await readdir(join(tree, top), { recursive: true, withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const folder = entry.parentPath.slice(tree.length + 1);
      if (/\.so(\.\d+)*$/.test(entry.name) && folder.split('/').length <= 4) folders.add(folder);
    }
  }
  return [...folders];
}
