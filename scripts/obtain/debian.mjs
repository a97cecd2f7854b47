import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { aptGet, parseUris, privateApt } from './apt.mjs';
import { run } from './run.mjs';
import { writeStarter } from './starter.mjs';

/** @typedef {import('./parts.mjs').Part} Part */

const UNPACK_TIMEOUT_MS = 60_000;

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
  await aptGet(['update']);
  const args = ['install', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300', ...part.packages];
  say(`apt-get ${args.join(' ')}`);
  await aptGet(args);
}

/** A folder of the user's that may be filled, or one in the project where the user has none. */
async function cacheFolder() {
  const { XDG_CACHE_HOME: configured = '' } = process.env;
  const users = resolve(configured === '' ? join(homedir(), '.cache') : configured);
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
 * no root, and nothing of the machine changes. Packages of another release come alone, its C library included.
 * apt checks its lists' signatures, and each file's SHA-256 is compared with them.
 * @param {Part} part @param {(line: string) => void} say
 */
export async function unpackPackages(part, say) {
  const { packages, release } = part;
  const target = await unpackedFolder(part);
  await mkdir(dirname(target), { recursive: true });
  const work = await mkdtemp(`${target}-`);
  try {
    const apt = await privateApt(join(work, 'apt'), release);
    say(`apt-get update${release === undefined ? '' : ` of Debian's ${release}`}, into ${work}`);
    await apt(['update']);
    const command =
      release === undefined ? ['install', '-y', '--no-install-recommends', ...packages] : ['download', ...packages];
    const files = parseUris(await apt([...command, '--print-uris', '-qq']));
    const megabytes = Math.ceil(files.reduce((sum, file) => sum + file.sizeBytes, 0) / 1e6);
    say(`downloading ${files.length} packages, ${megabytes} MB: ${files.map(({ name }) => name).join(', ')}`);
    const archives = join(work, 'apt', 'archives');
    await apt([...command, '--download-only'], archives);
    const tree = join(work, 'tree');
    await mkdir(tree);
    for (const file of files) {
      const path = join(archives, file.name);
      if ((await sha256(path)) !== file.sha256) throw new Error(`${file.name} is not the file that its list promises`);
      // A program of the machine's own release is started by the machine's loader, which fits its own C library alone.
      if (release === undefined && file.name.startsWith('libc6_')) continue;
      await run('dpkg-deb', ['-x', path, tree], { timeoutMs: UNPACK_TIMEOUT_MS });
    }
    await writeStarter(part, tree, target);
    await rm(target, { recursive: true, force: true });
    await rename(tree, target);
    say(`unpacked into ${target}`);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
