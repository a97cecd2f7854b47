/** Runs one section, in a process that `main.ts` starts for it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sections } from './support/section.js';
import { type Report, orderSchema } from './support/section-process.js';

const order = orderSchema.parse(JSON.parse(process.argv[2] ?? ''));
const folder = await mkdtemp(join(tmpdir(), 'docent-bench-'));

function tell(report: Report): void {
  process.send?.(report);
}

try {
  const section = await sections[order.section]?.load();
  if (section === undefined) throw new Error(`there is no section "${order.section}"`);
  await section.run({
    folder,
    documents: order.documents,
    isSmall: order.isSmall,
    record: (...figures) => figures.forEach((figure) => tell({ figure: { ...figure, values: [...figure.values] } })),
    note: (note) => tell({ note }),
    picture: (name, png) => writeFile(join(order.picturesFolder, name), png),
  });
} finally {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
// Once everything that was told is out; idle sockets hold nobody up.
process.once('disconnect', () => process.exit(0));
process.disconnect?.();
