import {
  BrokenCircuitError,
  CircuitState,
  ConsecutiveBreaker,
  ExponentialBackoff,
  circuitBreaker,
  fullJitterGenerator,
  handleWhen,
  retry,
  wrap,
} from 'cockatiel';
import { untilAborted } from '../../core/deadline.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Logger } from '../../core/ports/logger.js';
import { OllamaFailure, failureOf, isLateReason } from './failure.js';

/** How patient the policy is. */
export interface CallPolicyOptions {
  /** What is called, for the log: `chat` or `embed`. */
  readonly name: string;
  readonly logger: Logger;
  /** The first of the growing waits between tries, in milliseconds. Default 250. */
  readonly retryDelayMs?: number;
  /** How long nothing is asked after too many failures in a row, in milliseconds. Default 10 seconds. */
  readonly pauseMs?: number;
  /** A call that its caller gave up as too slow is the server's failure when it took this long, in milliseconds. */
  readonly lateAfterMs: number;
  readonly clock: Clock;
}

/** Retries and a circuit breaker around one kind of call to one server. */
export interface CallPolicy {
  /**
   * Runs the call, and up to three times more when it fails in a way that may pass. After five such failures in a row
   * calls fail at once for a while; then one goes through as a probe, which the others wait for.
   * @throws OllamaFailure what the last try met; the signal's reason as soon as it aborts.
   */
  run<Result>(signal: AbortSignal, attempt: () => Promise<Result>): Promise<Result>;
  /** Whether calls fail at once at present. */
  isOpen(): boolean;
}

const RETRIES = 3;
const MAX_DELAY_MS = 4_000;
const FAILURES_TO_OPEN = 5;

/** A policy of its own state: one for each server and kind of call. */
export function createCallPolicy({
  name,
  logger,
  retryDelayMs = 250,
  pauseMs = 10_000,
  lateAfterMs,
  clock,
}: CallPolicyOptions): CallPolicy {
  const passing = handleWhen((error) => error instanceof OllamaFailure && error.isPassing);
  const breaker = circuitBreaker(passing, {
    breaker: new ConsecutiveBreaker(FAILURES_TO_OPEN),
    halfOpenAfter: pauseMs,
  });
  const retries = retry(passing, {
    maxAttempts: RETRIES,
    backoff: new ExponentialBackoff({
      initialDelay: retryDelayMs,
      maxDelay: MAX_DELAY_MS,
      generator: fullJitterGenerator,
    }),
  }).dangerouslyUnref();
  retries.onRetry(({ attempt }) => logger.debug('ollama.retry', { call: name, attempt }));
  let openedAt = 0;
  breaker.onBreak(() => {
    openedAt = clock.now();
    logger.warn('ollama.paused', { call: name, pauseMs });
  });
  breaker.onReset(() => logger.info('ollama.resumed', { call: name }));
  const policy = wrap(retries, breaker);

  return {
    async run(signal, attempt) {
      signal.throwIfAborted();
      const once = async () => {
        signal.throwIfAborted();
        const startedAt = clock.now();
        try {
          return await attempt();
        } catch (error) {
          if (!signal.aborted) throw failureOf(error);
          const isLate = isLateReason(signal.reason) && clock.now() - startedAt >= lateAfterMs;
          throw isLate ? new OllamaFailure('late', 'given up', { cause: error }) : error;
        }
      };
      try {
        return await untilAborted(policy.execute(once, signal), signal);
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof BrokenCircuitError)
          throw new OllamaFailure('paused', 'not asked: the calls before failed', { cause: error });
        throw error;
      }
    },
    // The breaker itself stays open until somebody calls, which may be hours.
    isOpen: () => breaker.state === CircuitState.Open && clock.now() - openedAt < pauseMs,
  };
}
