import { chmod, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** @typedef {import('./parts.mjs').Part} Part */

/**
 * Writes the script `start` of unpacked packages, which gives its arguments to the part's program.
 * @param {Part} part @param {string} tree where the packages are now @param {string} target where they will be
 */
export async function writeStarter(part, tree, target) {
  const libraries = (await libraryFolders(tree)).map((folder) => join(target, folder)).join(':');
  const program = join(target, part.program);
  if (part.release === undefined) await writeFile(join(tree, 'fonts.conf'), fontSettings(target));
  const script =
    part.release === undefined
      ? `#!/bin/sh
export LD_LIBRARY_PATH="${libraries}"
export FONTCONFIG_FILE="${target}/fonts.conf"
exec "${program}" "$@"
`
      : // The program is a loader: the libraries must be its alone, and not of what it starts.
        `#!/bin/sh
exec "${program}" --library-path "${libraries}" "$@"
`;
  await writeFile(join(tree, 'start'), script);
  await chmod(join(tree, 'start'), 0o755);
}

/** The machine's own fonts and the unpacked ones. @param {string} target */
function fontSettings(target) {
  const rules = ['30-metric-aliases', '45-latin', '60-latin'].map(
    (name) => `${target}/usr/share/fontconfig/conf.avail/${name}.conf`,
  );
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
${rules.map((path) => `  <include ignore_missing="yes">${path}</include>`).join('\n')}
  <dir>${target}/usr/share/fonts</dir>
  <cachedir>${target}/font-cache</cachedir>
</fontconfig>
`;
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
