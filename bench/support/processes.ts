import { readFileSync, readdirSync } from 'node:fs';

/** Resident memory of a process, in megabytes; 0 for one that is gone. */
export function residentMegabytes(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024;
  } catch {
    return 0;
  }
}

/** The processes that a process has started and that still run. */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc').flatMap((entry) => {
    try {
      const parent = /^\d+ \(.*\) \S (\d+)/s.exec(readFileSync(`/proc/${entry}/stat`, 'utf8'))?.[1];
      return Number(parent) === pid ? [Number(entry)] : [];
    } catch {
      return [];
    }
  });
}

/** Resident memory of the largest process below this one, in megabytes: that of the server that it started. */
export function largestBelowMegabytes(): number {
  const below = childrenOf(process.pid).flatMap((pid) => [pid, ...childrenOf(pid)]);
  return Math.max(...below.map(residentMegabytes));
}

/** A tick of the kernel's clock, as Linux reports it to programs. */
const TICK_MS = 10;

/** Processor time of a process so far, in milliseconds; 0 for one that is gone. A busy machine hardly disturbs it. */
export function processorMs(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  } catch {
    return 0;
  }
}
