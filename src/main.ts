#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { DocentError } from './core/errors.js';
import { PlanError, launch } from './launch.js';

/** How long running work may take to end after SIGTERM, in milliseconds; then it is left for the next start. */
const DRAIN_MS = 10_000;

async function main(): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const docent = await launch({ environment: process.env, folder: process.cwd() });
  process.stdout.write(docent.url === undefined ? 'Docent is running.\n' : `Docent is ready: ${docent.url}\n`);
  let isStopping = false;
  const stop = (): void => {
    if (isStopping) process.exit(1);
    isStopping = true;
    docent.stop(DRAIN_MS).then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

main().catch((error: unknown) => {
  const message =
    error instanceof PlanError ? error.message : error instanceof DocentError ? error.userMessage : String(error);
  process.stderr.write(`${message}\n`);
  process.exit(1);
});
