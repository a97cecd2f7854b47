import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ParserList } from './parse-messages.js';
import { reservedCodeMb } from './parse-memory.js';
import type { ParseProcessLimits } from './parse-limits.js';

/** What a child is given. */
export interface ParseChildOptions {
  readonly parsers: ParserList;
  /** The parser whose libraries the child loads while it waits. */
  readonly expected?: string;
  readonly limits: ParseProcessLimits;
  /** The folders whose files the child may read: the program and its libraries. */
  readonly readableFolders: readonly string[];
}

const CHILD_PROGRAM = fileURLToPath(new URL('./parse-child.js', import.meta.url));
const MEGABYTE = 1_024 * 1_024;
/** Rubbish collection and compilation run beside the parser, so that processor time may pass wall time. */
const PROCESSOR_SHARE = 2;

/** Node's permission model was renamed when it became stable, in 22.13 and 23.5. */
const permissionFlag = ['--permission', '--experimental-permission'].find((flag) =>
  process.allowedNodeEnvironmentFlags.has(flag),
);
const prlimit =
  process.platform === 'linux' ? ['/usr/bin/prlimit', '/bin/prlimit'].find((path) => existsSync(path)) : undefined;

/**
 * Starts a child that waits for one file: without environment (so without secrets), without the right to read other
 * files, to write any or to start programs, and with the kernel's limits on memory and processor time where there is
 * `prlimit`. The last also ends a child whose parent has died. Streams: 0 takes the file, 3 gives the result.
 */
export function spawnParseChild({ parsers, expected, limits, readableFolders }: ParseChildOptions): ChildProcess {
  const node = [
    process.execPath,
    '--no-warnings',
    `--max-old-space-size=${limits.maxHeapMb}`,
    ...(permissionFlag === undefined
      ? []
      : [permissionFlag, ...readableFolders.map((folder) => `--allow-fs-read=${folder}/*`)]),
    CHILD_PROGRAM,
    JSON.stringify(parsers),
    ...(expected === undefined ? [] : [expected]),
  ];
  const [command = process.execPath, ...rest] = prlimit === undefined ? node : [prlimit, ...boundsOf(limits), ...node];
  return spawn(command, rest, { env: {}, cwd: '/', stdio: ['pipe', 'ignore', 'ignore', 'pipe'] });
}

/** What the kernel enforces; no core dumps, because they would hold text of the document. */
function boundsOf({ maxDataMb, maxDurationMs }: ParseProcessLimits): string[] {
  const dataBytes = (maxDataMb + reservedCodeMb()) * MEGABYTE;
  const seconds = Math.ceil((maxDurationMs * PROCESSOR_SHARE) / 1_000);
  return [`--data=${dataBytes}`, `--cpu=${seconds}`, '--core=0', '--'];
}
