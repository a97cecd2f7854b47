import { withDeadline } from '../deadline.js';
import type { Clock } from '../ports/clock.js';
import type { Health, HealthCheck, HealthState } from '../ports/health.js';
import { isRecent } from '../recent.js';

/** How one component was when it was asked. */
export interface ComponentHealth extends Health {
  readonly component: string;
  /** How long the check took. */
  readonly checkMs: number;
}

/** How everything is. */
export interface HealthSummary {
  /** The worst state among the components. */
  readonly state: Health['state'];
  readonly components: readonly ComponentHealth[];
}

/** Asks every component how it is; an answer is kept for five seconds. */
export interface HealthBoard {
  check(signal: AbortSignal): Promise<HealthSummary>;
}

const CHECK_TIMEOUT_MS = 2_000;
const KEEP_MS = 5_000;

const WORST_FIRST: readonly HealthState[] = ['unhealthy', 'degraded', 'healthy'];

/** A board over checks, which run side by side; who asks meanwhile gets the same answer. */
export function createHealthBoard({
  checks,
  clock,
  checkTimeoutMs = CHECK_TIMEOUT_MS,
}: {
  readonly checks: readonly HealthCheck[];
  readonly clock: Clock;
  /** How long a component may take to say how it is, in milliseconds. Default 2,000. */
  readonly checkTimeoutMs?: number;
}): HealthBoard {
  let asked: { readonly at: number; readonly summary: Promise<HealthSummary> } | undefined;

  async function checkAll(): Promise<HealthSummary> {
    const components = await Promise.all(checks.map((check) => checkOne(check, clock, checkTimeoutMs)));
    return { state: worstOf(components.map(({ state }) => state)), components };
  }

  return {
    async check(signal) {
      signal.throwIfAborted();
      if (asked === undefined || !isRecent(clock, asked.at, KEEP_MS)) asked = { at: clock.now(), summary: checkAll() };
      return asked.summary;
    },
  };
}

async function checkOne({ component, check }: HealthCheck, clock: Clock, timeoutMs: number): Promise<ComponentHealth> {
  const startedAt = clock.now();
  const health = await askInTime(check, clock, timeoutMs);
  return { component, ...health, checkMs: clock.now() - startedAt };
}

async function askInTime(check: HealthCheck['check'], clock: Clock, timeoutMs: number): Promise<Health> {
  const { signal } = new AbortController();
  try {
    return await withDeadline({ clock, timeoutMs, signal }, check);
  } catch (error) {
    const isLate = error instanceof Error && error.name === 'TimeoutError';
    const detail = isLate ? `It did not answer within ${timeoutMs / 1_000} seconds.` : 'It could not be asked.';
    return { state: 'unhealthy', detail, fix: 'Look for it in the log, and restart it if it stays like this.' };
  }
}

/** The worst of some states. */
export function worstOf(states: readonly HealthState[]): HealthState {
  return WORST_FIRST.find((state) => states.includes(state)) ?? 'healthy';
}
