// Puts the page's static files, and the browser builds of the packages it uses, beside its compiled modules.
import { chmod, cp, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(import.meta.dirname);
const source = path.join(root, 'src/adapters/web/page');
const target = path.join(root, 'dist/src/adapters/web/page');
const staticFiles = /\.(?:html|css|svg)$/;

for (const entry of await readdir(source, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !staticFiles.test(entry.name)) continue;
  const file = path.join(entry.parentPath, entry.name);
  await cp(file, path.join(target, path.relative(source, file)), { preserveTimestamps: true });
}

await mkdir(path.join(target, 'vendor'), { recursive: true });
for (const name of ['marked', 'dompurify']) {
  const code = await readFile(fileURLToPath(import.meta.resolve(name)), 'utf8');
  // Source maps are not served.
  await writeFile(path.join(target, 'vendor', `${name}.js`), code.replace(/^\/\/# sourceMappingURL=.*$/m, ''));
}

// The compiler writes plain files; `npx docent` runs this one as a program.
await chmod(path.join(root, 'dist/src/cli.js'), 0o755);
