import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** Smaller writable code mappings are no reservation. */
const MIN_RESERVED_BYTES = 64 * 1_024 * 1_024;

/** Resident megabytes of a process; undefined where there is no `/proc` or the process has ended. */
export async function residentMb(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1_024;
}

/**
 * Megabytes that this Node reserves for machine code in a way that the kernel counts as data, though next to nothing of it
 * is used: 510 from Node 24 on, none before (measured on 20.20, 22.23, 24.21 and 26.10). Read from this very process.
 */
export function reservedCodeMb(): number {
  const mappings = readFileSync('/proc/self/maps', 'utf8').matchAll(/^([\da-f]+)-([\da-f]+) rwxp/gm);
  const sizes = [...mappings].map(([, from = '', to = '']) => Number.parseInt(to, 16) - Number.parseInt(from, 16));
  const bytes = sizes.filter((size) => size >= MIN_RESERVED_BYTES).reduce((sum, size) => sum + size, 0);
  return Math.ceil(bytes / 1_024 / 1_024);
}
