/** `degraded` works with less; `unhealthy` does not work. */
export type HealthState = 'healthy' | 'degraded' | 'unhealthy';

/** How one component is, in words an operator can act on. */
export interface Health {
  readonly state: HealthState;
  /** One sentence: what is seen. */
  readonly detail: string;
  /** What to do or type, when the state is not `healthy`. */
  readonly fix?: string;
}

/** A component that can be asked how it is. */
export interface HealthCheck {
  readonly component: string;
  /** Never throws for a sick component: it says so. */
  check(signal: AbortSignal): Promise<Health>;
}
