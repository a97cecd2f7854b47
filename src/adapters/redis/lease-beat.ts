/** Extensions in the life of a lease. */
const BEATS_PER_LEASE = 4;

/** How often a lease is extended, in milliseconds: some extensions may fail before it has to be given up. */
export function beatMsOf(leaseMs: number): number {
  return Math.ceil(leaseMs / BEATS_PER_LEASE);
}

/** Something that counts for a while. */
export interface Proven {
  readonly leaseMs: number;
  /** When the newest question was sent that Redis answered with "yours", by this process's clock. */
  provenAt: number;
}

/** Whether somebody else may have it before the beat after this one. */
export function isDoubtful({ leaseMs, provenAt }: Proven, now: number, beatMs: number): boolean {
  return now - provenAt >= leaseMs - beatMs;
}
