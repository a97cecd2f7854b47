import { defineConfig } from 'vitest/config';

/**
 * Tests run as `tsc` compiled them, on plain Node, so that what is tested is what is shipped, worker and child processes included.
 * End-to-end suites start real processes and a browser: they get longer limits. A limit ends what hangs, and no more: the
 * slowest test takes a tenth of it, so that a busy machine stays below it too.
 */
const shared = {
  root: import.meta.dirname,
  environment: 'node',
  pool: 'forks',
  server: { deps: { external: [/\/dist\/(src|examples)\//] } },
};

const platformNeutral = 'dist/test/{architecture,bench,cli,commands,core,reports}/**/*.test.js';

export default defineConfig({
  test: {
    reporters: ['default', ['json', { outputFile: '.cache/test-results.json' }]],
    // A suite mostly waits, for another process or for what happens every few seconds: two would leave two cores idle.
    maxWorkers: 3,
    projects: [
      {
        test: {
          ...shared,
          name: 'core',
          // Without servers and libraries that change what is global, files can follow one another in a process: half the time.
          isolate: false,
          include: [platformNeutral],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'unit',
          include: ['dist/test/**/*.test.js'],
          exclude: ['dist/test/e2e/**', platformNeutral],
          testTimeout: 90_000,
          hookTimeout: 90_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'e2e',
          include: ['dist/test/e2e/**/*.test.js'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
