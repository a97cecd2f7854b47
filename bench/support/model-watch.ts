import { coveredMs } from './statistics.js';

/** One request to the model's server, as this process saw it. */
interface ModelCall {
  readonly startedAtMs: number;
  /** When the first word of an answer came; undefined for vectors. */
  firstWordAtMs: number | undefined;
  /** When the newest piece came: whoever asked may hang up after the last one. */
  endedAtMs: number;
}

/** What a question cost of the model's own time. */
export interface ModelTime {
  /** How long at least one request ran, in milliseconds. */
  readonly coveredMs: number;
  /** When the first word of an answer came, in milliseconds by the process's own clock. */
  readonly firstWordAtMs: number | undefined;
}

/** Watches this process's requests to the model's server, whoever sends them. */
export interface ModelWatch {
  /** What was asked since the last call of this. */
  take(): ModelTime;
}

const WORD = /"content":"[^"]/;

/**
 * Puts itself in the place of `fetch`. An answer is read as fast as it comes, whatever its reader does meanwhile: slow
 * reading must not count as the model's time.
 */
export function watchModel(serverUrl: string): ModelWatch {
  const realFetch = globalThis.fetch;
  const { origin } = new URL(serverUrl);
  let calls: ModelCall[] = [];

  globalThis.fetch = async (input, init) => {
    if (new URL(input instanceof Request ? input.url : input).origin !== origin) return realFetch(input, init);
    const startedAtMs = performance.now();
    const call: ModelCall = { startedAtMs, firstWordAtMs: undefined, endedAtMs: startedAtMs };
    calls.push(call);
    const response = await realFetch(input, init);
    call.endedAtMs = performance.now();
    if (response.body === null) return response;
    return new Response(readEagerly(response.body, call), response);
  };

  return {
    take() {
      const taken = calls;
      calls = [];
      const answer = taken.findLast(({ firstWordAtMs }) => firstWordAtMs !== undefined);
      return { coveredMs: coveredMs(taken), firstWordAtMs: answer?.firstWordAtMs };
    },
  };
}

function readEagerly(body: ReadableStream<Uint8Array>, call: ModelCall): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>({
    start(controller) {
      const pump = async (): Promise<void> => {
        for (;;) {
          const { done, value } = await reader.read();
          if (done) break;
          call.endedAtMs = performance.now();
          if (WORD.test(Buffer.from(value).toString('latin1'))) call.firstWordAtMs ??= call.endedAtMs;
          controller.enqueue(value);
        }
        controller.close();
      };
      pump().catch((error: unknown) => controller.error(error));
    },
    cancel: (reason) => reader.cancel(reason),
  });
}
