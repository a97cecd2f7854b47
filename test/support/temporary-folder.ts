import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

/** Makes an empty folder that is removed when the current test has ended. Call it inside a test or a `beforeEach`. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'docent-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
