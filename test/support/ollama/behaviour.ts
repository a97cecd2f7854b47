import type { StandInModel } from './catalogue.js';
import type { ChatBody, Refusal } from './requests.js';

/** A request as the stand-in saw it. */
export interface ReceivedRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The parsed JSON; undefined when there is none. */
  readonly body: unknown;
  /** `closed`: the client went away before the answer was whole. */
  state: 'running' | 'answered' | 'closed';
}

/** How an answer that has begun goes wrong. */
export type Fault =
  /** The connection is torn down. */
  | 'reset'
  /** The answer ends, in the middle of a line. */
  | 'half-line'
  | { readonly error: string }
  /** A line that is none of Ollama's, and the end. */
  | { readonly line: string };

/** What the stand-in does beside what Ollama does; a test or the command line sets it, at any time. */
export interface Behaviour {
  /** Requests of a model that are worked on at once (OLLAMA_NUM_PARALLEL). */
  parallel: number;
  /** Requests that may wait for a model to be loaded (OLLAMA_MAX_QUEUE). */
  maxQueue: number;
  /** Runs before anything else: may wait, and may refuse. */
  intercept: ((request: ReceivedRequest, signal: AbortSignal) => Promise<Refusal | void>) | undefined;
  /** How long a model takes to load. */
  load: (model: StandInModel, signal: AbortSignal) => Promise<void>;
  /** What passes before each streamed line. */
  pace: (signal: AbortSignal) => Promise<void>;
  /** What the model writes, in place of the script. */
  say: ((request: ChatBody) => string) | undefined;
  /** What goes wrong with a stream, once this many lines are out; consumed by the first stream that gets there. */
  faults: { readonly afterLines: number; readonly fault: Fault }[];
  /** Lines in which a file's download is reported. */
  pullSteps: number;
  /** A user and password or a key that every request must bring, as the header's value. */
  authorization: string | undefined;
}

/** Nothing goes wrong and nothing takes time. */
export function ordinaryBehaviour(): Behaviour {
  return {
    parallel: 1,
    maxQueue: 512,
    intercept: undefined,
    load: async () => undefined,
    pace: async () => undefined,
    say: undefined,
    faults: [],
    pullSteps: 10,
    authorization: undefined,
  };
}
