#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { DocentError } from './core/errors.js';
import { PlanError, launch } from './launch.js';

/** How long running work may take to end after SIGTERM, in milliseconds; then it is left for the next start. */
const DRAIN_MS = 10_000;
/** Signals that come within so many milliseconds are one. */
const SAME_SIGNAL_MS = 500;

async function main(): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const docent = await launch({ environment: process.env, folder: process.cwd() });
  let stoppingSince: number | undefined;
  const stop = (exitCode: number): void => {
    // A terminal and a wrapper may both pass one Ctrl-C on; only a second one, later, means "at once".
    if (stoppingSince !== undefined && performance.now() - stoppingSince > SAME_SIGNAL_MS) process.exit(1);
    if (stoppingSince !== undefined) return;
    stoppingSince = performance.now();
    docent.stop(DRAIN_MS).then(
      () => process.exit(exitCode),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', () => stop(0));
  process.on('SIGINT', () => stop(0));
  // Nobody is there to read an answer any more: an end is noticed, and what waits is answered after the next start.
  void docent.unreachable.then(({ userMessage }) => {
    process.stderr.write(`${userMessage}\n`);
    stop(1);
  });
  // Last, because whoever waits for this line may send a signal at once.
  process.stdout.write(docent.url === undefined ? 'Docent is running.\n' : `Docent is ready: ${docent.url}\n`);
}

main().catch((error: unknown) => {
  const message =
    error instanceof PlanError ? error.message : error instanceof DocentError ? error.userMessage : String(error);
  process.stderr.write(`${message}\n`);
  process.exit(1);
});
