/** Finds or gets the real programs that the tests need, and writes what there is to `.cache/obtained.json`. */
import { access, constants, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { installPackages, isDebian, unpackPackages, unpackedCommand } from './obtain/debian.mjs';
import { parts } from './obtain/parts.mjs';

/** @typedef {import('./obtain/parts.mjs').Part} Part */

const isExecutable = (/** @type {string} */ path) =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
const sayFor = (/** @type {Part} */ part) => (/** @type {string} */ line) => console.log(`[${part.name}] ${line}`);

/** @param {Part} part */
async function onThisMachine(part) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const paths = [...part.commands.flatMap((command) => folders.map((folder) => join(folder, command))), ...part.places];
  for (const path of paths) if (await isExecutable(path)) return path;
  throw new Error('it is not installed');
}

/** @param {Part} part */
async function unpackedBefore(part) {
  const path = await unpackedCommand(part);
  if (await isExecutable(path)) return path;
  throw new Error('it was not unpacked before');
}

/** @param {Part} part */
async function byInstalling(part) {
  if (part.release !== undefined) throw new Error(`packages of Debian's ${part.release} are only unpacked`);
  if (part.isService === true) throw new Error('its packages are only unpacked, because installing starts a service');
  if (process.getuid?.() !== 0) throw new Error('installing packages needs root');
  await installPackages(part, sayFor(part));
  return onThisMachine(part);
}

/** @param {Part} part */
async function byUnpacking(part) {
  await unpackPackages(part, sayFor(part));
  return unpackedCommand(part);
}

/** Tries each way in turn until the part works. @param {Part} part @param {boolean} debian */
async function obtain(part, debian) {
  const ways = [onThisMachine, unpackedBefore, ...(debian ? [byInstalling, byUnpacking] : [])];
  /** @type {string[]} */
  const reasons = debian ? [] : ['its packages are for Debian, and this machine is none'];
  for (const way of ways) {
    try {
      const path = await way(part);
      const { version, args } = await part.probe(path);
      sayFor(part)(`${version} at ${path}`);
      return { path, args };
    } catch (error) {
      reasons.push(error instanceof Error ? error.message : String(error));
    }
  }
  return { missing: reasons.join('; ') };
}

const debian = await isDebian();
/** @type {Record<string, object>} */
const obtained = {};
let complete = true;
for (const part of parts) {
  const result = await obtain(part, debian);
  obtained[part.name] = result;
  if ('missing' in result) {
    complete = false;
    sayFor(part)(`missing, so ${part.suites} are left out: ${result.missing}`);
  }
}
await mkdir('.cache', { recursive: true });
await writeFile(join('.cache', 'obtained.json'), `${JSON.stringify(obtained, null, 2)}\n`);
if (!complete && process.env.CI === 'true') {
  console.error('CI leaves nothing out: see what is missing above.');
  process.exitCode = 1;
}
