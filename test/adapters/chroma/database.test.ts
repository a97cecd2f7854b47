import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { createConnection } from '../../../src/adapters/chroma/connection.js';
import { missingDatabase } from '../../../src/adapters/chroma/database.js';
import { createFakeClock } from '../../support/fake-clock.js';
import { settingsFrom } from './subject.js';

it('prints commands that a shell takes as they are meant, whatever the names hold', () => {
  const settings = settingsFrom({ CHROMA_TENANT: "it's $(id)", CHROMA_DATABASE: `'"; echo no` });
  const { fix } = missingDatabase(createConnection({ settings, clock: createFakeClock() }));
  const commands = /`(.*)`$/.exec(fix)?.[1] ?? '';
  const printing = `curl() { printf '%s\\n' "$@"; }; ${commands}`;
  const words = execFileSync('/bin/sh', ['-c', printing], { encoding: 'utf8' }).trimEnd().split('\n');
  expect(words).toEqual([
    '-H',
    'content-type: application/json',
    '-d',
    JSON.stringify({ name: "it's $(id)" }),
    `${settings.url}/api/v2/tenants`,
    '-H',
    'content-type: application/json',
    '-d',
    JSON.stringify({ name: `'"; echo no` }),
    `${settings.url}/api/v2/tenants/it's%20%24(id)/databases`,
  ]);
});
