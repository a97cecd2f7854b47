/**
 * `npm run bench`: measures everything, or the sections that are named: `npm run bench -- answer ingestion`. Prints one
 * table and writes it as JSON. See README.md in this folder.
 */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Row, rowsOf } from './support/figures.js';
import { describeMachine } from './support/machine.js';
import { sections } from './support/section.js';
import { runSection } from './support/section-process.js';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    documents: { type: 'string' },
    out: { type: 'string', default: 'bench-results' },
    small: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const unknown = positionals.filter((name) => sections[name] === undefined);
if (options.help || unknown.length > 0) {
  const list = Object.entries(sections).map(([name, { measures }]) => `  ${name.padEnd(20)}${measures}`);
  console.log(
    [
      ...unknown.map((name) => `There is no section "${name}".`),
      'npm run bench -- [section …] [--documents folder] [--out bench-results] [--small]',
      ...list,
    ].join('\n'),
  );
  process.exit(unknown.length > 0 ? 1 : 0);
}

const names = positionals.length > 0 ? positionals : Object.keys(sections);
const rows: Row[] = [];
const notes: string[] = [];
const out = resolve(options.out);
for (const name of names) {
  console.error(`${name}: ${sections[name]?.measures ?? ''}`);
  const result = await runSection({
    section: name,
    isSmall: options.small,
    picturesFolder: resolve(out, '..'),
    ...(options.documents === undefined ? {} : { documents: resolve(options.documents) }),
  });
  // What a figure is divided by may be what was not measured any more.
  const figures =
    result.failure !== undefined
      ? result.figures.map(({ what, unit, values }) => ({ what, unit, values }))
      : result.figures;
  rows.push(...rowsOf(name, figures));
  notes.push(...result.notes.map((note) => `${name}: ${note}`));
  if (result.failure !== undefined) {
    notes.push(`${name}: ${result.failure}`);
    process.exitCode = 1;
  }
  // After each section: a run that is stopped keeps what it has.
  writeFileSync(`${out}.json`, `${JSON.stringify(resultsNow(), null, 2)}\n`);
}

console.table(rows.map(({ ratio, ratioP95, over, ...row }) => ({ ...row, ratio, 'ratio p95': ratioP95, over })));
for (const note of notes) console.log(note);
console.log(describeMachine());

function resultsNow() {
  return { machine: describeMachine(), measuredAt: new Date().toISOString(), rows, notes };
}
