import { withDeadline } from '../deadline.js';
import { type DocentError, type ErrorCode, toDocentError } from '../errors.js';
import type { Reply } from '../ports/chat-adapter.js';
import type { LogFields, Logger } from '../ports/logger.js';
import type { Services } from '../services.js';
import type { Observer } from '../telemetry/observation.js';
import { withStoreDeadline } from '../store-deadline.js';
import type { AcceptedEvent, Settlement } from './accepted-event.js';
import { correlationIdOf, errorMessage } from './error-message.js';
import type { EventRunner } from './event-runner.js';
import type { Rooms } from './room.js';

/** What events are settled with. */
export interface EventSettlerOptions {
  readonly services: Pick<Services, 'answering' | 'clock' | 'metrics'>;
  readonly rooms: Rooms;
  readonly runner: EventRunner;
  readonly limits: { readonly eventTimeoutMs: number };
  readonly observe?: Observer;
  readonly logger: Logger;
}

/** How one try of an event is settled. */
export interface SettleOptions {
  readonly reply: Reply;
  readonly signal: AbortSignal;
  /** 1 for the first try. */
  readonly attempt: number;
  /** Whether an error that may pass is thrown, to be tried again, rather than told. */
  readonly mayRetry: boolean;
  /** Whether anything but an answer stays unsaid. */
  readonly maySayNothing: boolean;
}

/** Runs events to their one outcome, in time, and writes one line about it to the log. */
export interface EventSettler {
  /** Whether nobody asked by name and the channel wants confident answers alone. */
  maySayNothing(accepted: AcceptedEvent): Promise<boolean>;
  /** @throws the signal's reason when aborted; a retryable DocentError with `mayRetry`. */
  settle(accepted: AcceptedEvent, options: SettleOptions): Promise<Settlement>;
  /** The last word on an event that cannot be done. Never throws. */
  settleFailure(accepted: AcceptedEvent, error: unknown, attempt: number): Promise<Settlement>;
}

/** The wait for the figures, in milliseconds, before the person is told what there is to tell. */
const COUNT_TIMEOUT_MS = 1_000;

/** Errors that say something about the person's input, not about Docent. */
const PERSONAL: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'ACCESS_DENIED',
  'CANCELLED',
  'COMMAND_INPUT',
  'COMMAND_UNKNOWN',
  'CREATOR_NOT_LINKED',
  'DOCUMENT_NAME_INVALID',
  'DOCUMENT_UNKNOWN',
  'QUESTION_EMPTY',
  'QUESTION_TOO_LONG',
  'RATE_LIMITED',
]);

/** A settler over a runner. */
export function createEventSettler({
  services,
  rooms,
  runner,
  limits,
  observe = () => undefined,
  logger,
}: EventSettlerOptions): EventSettler {
  const { answering, clock, metrics } = services;

  async function maySayNothing({ event, task }: AcceptedEvent): Promise<boolean> {
    if (task.kind !== 'question' || task.isNamed) return false;
    return (await rooms.known(event)).link?.onlyWhenConfident === true;
  }

  async function settleFailure(accepted: AcceptedEvent, cause: unknown, attempt: number): Promise<Settlement> {
    const error = toDocentError(cause);
    const correlationId = correlationIdOf(accepted.event.id);
    log(accepted, attempt, 'error', error);
    try {
      await withStoreDeadline({ clock, timeoutMs: COUNT_TIMEOUT_MS }, () => count(accepted, error));
      return (await maySayNothing(accepted)) ? 'silent' : errorMessage(error, correlationId);
    } catch {
      // The stores are away, which may be what failed in the first place.
      return errorMessage(error, correlationId);
    }
  }

  /** A question that found no answer because something failed stands in the figures. */
  async function count({ event, task }: AcceptedEvent, error: DocentError): Promise<void> {
    if (PERSONAL.has(error.code) || runner.commandOf(task)?.answersQuestions !== true) return;
    const { creatorId } = await rooms.known(event);
    if (creatorId === undefined) return;
    await metrics.recordAnswer(creatorId, {
      platform: event.address.platform,
      outcome: 'error',
      model: '',
      responseTimeMs: Math.max(0, clock.now() - event.receivedAt),
      stages: answering.unfinishedStages(event.id),
      inputTokens: 0,
      outputTokens: 0,
      confidence: 0,
      chunksRetrieved: 0,
      chunksCited: 0,
      citedDocuments: [],
    });
  }

  function log({ event, task }: AcceptedEvent, attempt: number, outcome: string, error?: DocentError): void {
    const code = error === undefined ? {} : { code: error.code };
    const fields: LogFields = {
      eventId: event.id,
      platform: event.address.platform,
      task: task.kind === 'command' ? task.name : task.kind,
      outcome,
      ...code,
      correlationId: correlationIdOf(event.id),
      attempt,
      durationMs: clock.now() - event.receivedAt,
    };
    observe({ kind: 'event', platform: event.address.platform, outcome, ...code });
    if (error === undefined) logger.info('event.settled', fields);
    else if (PERSONAL.has(error.code)) logger.info('event.settled', fields);
    else logger.error('event.settled', fields, error);
  }

  return {
    maySayNothing,
    settleFailure,
    async settle(accepted, { reply, signal, attempt, mayRetry, maySayNothing: isQuiet }) {
      const { event, task } = accepted;
      try {
        const timeoutMs = runner.commandOf(task)?.timeoutMs ?? limits.eventTimeoutMs;
        const outcome = await withDeadline({ clock, timeoutMs, signal }, async (inTime) => {
          const room = await rooms.of(event);
          return runner.run({ event, task, room, reply, signal: inTime, isFirstTry: attempt === 1 });
        });
        const isUnsaid = isQuiet && outcome !== 'deferred' && outcome.kind !== 'answer';
        const settlement = isUnsaid ? 'silent' : outcome;
        log(accepted, attempt, typeof settlement === 'object' ? settlement.kind : settlement);
        return settlement;
      } catch (error) {
        if (signal.aborted && mayRetry) throw error;
        const failure = toDocentError(signal.aborted ? new DOMException('nobody waits any more', 'AbortError') : error);
        // What took all its time once would take it again, while the person waits.
        if (mayRetry && failure.retryable && failure.code !== 'TIMED_OUT') throw failure;
        return settleFailure(accepted, failure, attempt);
      }
    },
  };
}
