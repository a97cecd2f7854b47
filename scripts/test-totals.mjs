/**
 * Prints what failed in the last test run, with the first line of its error, then the closing line
 * `N passed, N failed, N skipped`. Fails unless everything passed.
 */
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';

/** @typedef {{ status: string, fullName: string, failureMessages: string[] }} Test */
/** @typedef {{ name: string, status: string, message: string, assertionResults: Test[] }} File */

const firstLine = (/** @type {string} */ text = '') => text.trimStart().split('\n', 1)[0] ?? '';

/** One line for each failed test, or for a file that failed without failing a test. @param {File} file */
function failuresOf({ name, status, message, assertionResults }) {
  const failed = assertionResults.filter((test) => test.status === 'failed');
  const where = relative(process.cwd(), name);
  if (failed.length === 0 && status === 'failed') return [`FAILED: ${where}: ${firstLine(message)}`];
  return failed.map(
    ({ fullName, failureMessages: [error] }) => `FAILED: ${where}: ${fullName.trim()}: ${firstLine(error)}`,
  );
}

const results = await readFile('.cache/test-results.json', 'utf8').then(JSON.parse, () => undefined);
for (const line of (results?.testResults ?? []).flatMap(failuresOf)) console.log(line);
const passed = results?.numPassedTests ?? 0;
const skipped = (results?.numPendingTests ?? 0) + (results?.numTodoTests ?? 0);
// A file that cannot be loaded fails without failing a test.
const failed = results?.success === true ? 0 : Math.max(results?.numFailedTests ?? 0, 1);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
