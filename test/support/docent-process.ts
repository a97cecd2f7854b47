import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** How a program ended and what it printed. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program that runs. */
export interface RunningProcess {
  readonly process: ChildProcess;
  /** Resolves when it has ended and its output is closed. */
  readonly ended: Promise<Ended>;
  /** Resolves with all output so far once it matches; rejects when the program ends without it. */
  printed(pattern: RegExp): Promise<string>;
}

/**
 * Starts the built `docent` with a data folder of its own, in that folder, with no other setting of this machine's. It
 * is killed when the current test ends, and gone before the folder is removed.
 */
export function startDocentProcess(
  args: readonly string[],
  folder: string,
  environment: Record<string, string> = {},
): RunningProcess {
  const child = spawn(process.execPath, [join(process.cwd(), 'dist/src/cli.js'), ...args], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      TMPDIR: process.env['TMPDIR'],
      HOME: folder,
      DOCENT_DATA_FOLDER: join(folder, 'data'),
      DOCENT_WEB_PORT: '0',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr }));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return {
    process: child,
    ended,
    async printed(pattern) {
      for (;;) {
        if (pattern.test(stdout + stderr)) return stdout + stderr;
        // Whichever comes first, the other stream keeps no listener.
        const heard = new AbortController();
        const { signal } = heard;
        const more = [child.stdout, child.stderr].map((stream) => once(stream, 'data', { signal }));
        const result = await Promise.race([...more, ended]);
        heard.abort();
        await Promise.allSettled(more);
        if ('code' in result && !pattern.test(stdout + stderr))
          throw new Error(
            `docent ${args.join(' ')} ended with ${result.code} and printed no ${String(pattern)}:\n${stdout}${stderr}`,
          );
      }
    },
  };
}

/** Runs the built `docent` to its end. */
export function runDocent(
  args: readonly string[],
  folder: string,
  environment: Record<string, string> = {},
): Promise<Ended> {
  return startDocentProcess(args, folder, environment).ended;
}
