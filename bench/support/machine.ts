import { cpus, loadavg, totalmem } from 'node:os';

/** What the figures were measured on; other work on the machine shows in its load. */
export function describeMachine() {
  return {
    node: process.version,
    processors: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
    memoryGigabytes: Math.round(totalmem() / 1e9),
    loadAverages: loadavg().map((load) => Number(load.toFixed(1))),
  };
}
