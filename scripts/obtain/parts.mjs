import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chroma } from './chroma.mjs';
import { redisServer } from './redis.mjs';
import { run } from './run.mjs';

/**
 * A real program that some suites need.
 * @typedef {object} Part
 * @property {string} name
 * @property {string} suites what is left out without it
 * @property {readonly string[]} commands names to look for on PATH
 * @property {readonly string[]} places other paths to look at
 * @property {readonly string[]} packages the Debian packages that hold it
 * @property {string} program its path inside those packages
 * @property {string} [release] the Debian release of the packages, when the part only lacks a C library as new as that:
 *   they are unpacked for this part alone and never installed, and `program` is their loader
 * @property {boolean} [isService] whether installing its packages starts a service of the machine: they are only unpacked
 * @property {(path: string) => Promise<Working>} probe runs it once for real; throws when it does not work
 *
 * @typedef {object} Working
 * @property {string} version
 * @property {readonly string[]} args what it must be started with here
 */

/** The page measures its own text, which has no width on a machine without fonts. */
const probePage = 'data:text/html,<b id="text">Docent</b><script>text.title="width "+text.offsetWidth</script>';

/** What a headless browser needs in containers: no GPU, no large /dev/shm, and no calls home. */
const quietArgs = [
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** @param {string} path @param {readonly string[]} args */
async function renderOnce(path, args) {
  const profile = await mkdtemp(join(tmpdir(), 'docent-browser-'));
  try {
    const command = ['--headless', ...args, `--user-data-dir=${profile}`, '--dump-dom', probePage];
    const page = await run(path, command, { timeoutMs: 60_000 });
    const width = Number(/width (\d+)/.exec(page)?.[1] ?? 0);
    if (width < 10) throw new Error(`${path} starts but draws no text: are there fonts?`);
  } finally {
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** @param {string} path @returns {Promise<Working>} */
async function probeChromium(path) {
  const version = (await run(path, ['--version'], { timeoutMs: 60_000 })).trim();
  // Root, and many containers, cannot have the sandbox; the tests open only pages that Docent itself serves.
  const withoutSandbox = [...quietArgs, '--no-sandbox'];
  if (process.getuid?.() !== 0) {
    try {
      await renderOnce(path, quietArgs);
      return { version, args: quietArgs };
    } catch {
      // Tried again without the sandbox below, whose error is the one that counts.
    }
  }
  await renderOnce(path, withoutSandbox);
  return { version, args: withoutSandbox };
}

/** @type {readonly Part[]} */
export const parts = [
  {
    name: 'chromium',
    suites: 'the end-to-end suites in a real browser',
    commands: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
    places: [
      '/usr/bin/chromium',
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
    ],
    packages: ['chromium', 'fonts-liberation'],
    program: 'usr/lib/chromium/chromium',
    probe: probeChromium,
  },
  chroma,
  redisServer,
];
