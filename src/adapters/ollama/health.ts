import { withDeadline } from '../../core/deadline.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Health } from '../../core/ports/health.js';
import type { CallPolicy } from './call-policy.js';
import { HOW_TO_REACH, type OllamaFailure, failureOf, howToPull } from './failure.js';
import { type Inventory, QUICK_LOOK_MS } from './inventory.js';

/** What is looked at. */
export interface OllamaHealthOptions {
  readonly inventory: Inventory;
  readonly policy: CallPolicy;
  readonly clock: Clock;
  /** Of the server, without credentials. */
  readonly url: string;
  readonly model: string;
  /** How far a download of the model is, in words; undefined while there is none. */
  pulling(): string | undefined;
  /** What an operator should know of the model beside whether it is there. */
  remark(): string | undefined;
}

/** How the server and one of its models are: a missing model leaves Docent working with less. */
export function createOllamaHealth(options: OllamaHealthOptions): (signal: AbortSignal) => Promise<Health> {
  const { inventory, policy, clock, url, model } = options;

  return async (signal) => {
    let version: string;
    let installed: ReadonlySet<string>;
    try {
      [version, installed] = await withDeadline({ clock, timeoutMs: QUICK_LOOK_MS, signal }, (inTime) =>
        Promise.all([inventory.version(inTime), inventory.installed([model], inTime)]),
      );
    } catch (error) {
      return describeFailure(failureOf(error), url);
    }
    const server = `Ollama ${version} at ${url}`;
    if (!installed.has(model)) {
      const progress = options.pulling();
      if (progress !== undefined) return { state: 'degraded', detail: `${progress}.`, fix: 'Wait until it is there.' };
      return { state: 'degraded', detail: `${server} does not have the model "${model}".`, fix: howToPull(model) };
    }
    const remark = options.remark();
    const detail = `${server} has the model "${model}".${remark === undefined ? '' : ` ${remark}`}`;
    if (!policy.isOpen()) return { state: 'healthy', detail };
    return {
      state: 'degraded',
      detail: `${detail} The last calls to it failed; it is tried again within seconds.`,
      fix: "Look at Docent's and Ollama's logs for the reason.",
    };
  };
}

function describeFailure({ kind, status }: OllamaFailure, url: string): Health {
  if (kind === 'refused' && (status === 401 || status === 403))
    return {
      state: 'unhealthy',
      detail: `Ollama at ${url} refused Docent's credentials (HTTP ${status}).`,
      fix: 'Set OLLAMA_API_KEY, or a user and password in OLLAMA_URL.',
    };
  const detail =
    kind === 'unreachable' || kind === 'late'
      ? `Ollama cannot be reached at ${url}.`
      : `What answers at ${url} is not Ollama, or it is broken${status === undefined ? '' : ` (HTTP ${status})`}.`;
  return { state: 'unhealthy', detail, fix: HOW_TO_REACH };
}
