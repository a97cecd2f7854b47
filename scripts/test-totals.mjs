/** Prints the last test run's closing line, `N passed, N failed, N skipped`, and fails unless everything passed. */
import { readFile } from 'node:fs/promises';

const results = await readFile('.cache/test-results.json', 'utf8').then(JSON.parse, () => undefined);
const passed = results?.numPassedTests ?? 0;
const skipped = (results?.numPendingTests ?? 0) + (results?.numTodoTests ?? 0);
// A file that cannot be loaded fails without failing a test.
const failed = results?.success === true ? 0 : Math.max(results?.numFailedTests ?? 0, 1);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
