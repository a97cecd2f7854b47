import type { Health } from '../ports/health.js';

export interface ComponentHealth extends Health {
  readonly component: string;
  /** How long the check took. */
  readonly checkMs: number;
}

export interface HealthSummary {
  /** The worst state among the components. */
  readonly state: Health['state'];
  readonly components: readonly ComponentHealth[];
}

/** Asks every component how it is; an answer is kept for five seconds. */
export interface HealthBoard {
  check(signal: AbortSignal): Promise<HealthSummary>;
}
