import { Ollama } from 'ollama';
import { OllamaFailure } from './failure.js';
import type { OllamaServer } from './server-address.js';

/** Makes a client for one call, which the signal ends. */
export type Connect = (signal: AbortSignal) => Ollama;

/** Characters of a refusal that are kept for the log. */
const MAX_REASON_CHARACTERS = 300;
/** As long a piece is more than a model's name. */
const ECHO_CHARACTERS = 24;
/** A line of a stream holds a few words, or how far a download is. */
const MAX_LINE_BYTES = 1_000_000;

/**
 * Clients of the official package, one a call: the package takes no signal, its own `abort` ends all streams of a client
 * and no request that still waits for headers (ollama-js 0.6.4; ollama/ollama-js#274), so the signal goes into `fetch`.
 */
export function createConnect({ url, headers }: OllamaServer): Connect {
  return (signal) => new Ollama({ host: url, headers, fetch: guardedFetch(signal) });
}

/**
 * A `fetch` that the signal ends at any point, and that refuses what is no answer of Ollama before the client sees it:
 * the client would print the text of what it cannot read, which may be a member's.
 */
function guardedFetch(signal: AbortSignal): typeof fetch {
  return async (input, init) => {
    const own = init?.signal;
    const response = await fetch(input, {
      ...init,
      signal: own === undefined || own === null ? signal : AbortSignal.any([signal, own]),
    });
    if (!response.ok) throw await refusalOf(response, typeof init?.body === 'string' ? init.body : '');
    const type = response.headers.get('content-type') ?? '';
    if (!/^application\/(?:x-nd)?json\b/.test(type)) {
      await response.body?.cancel();
      throw new OllamaFailure('broken', `an answer of type "${type.slice(0, 100)}": is this Ollama?`);
    }
    const isStream = type.startsWith('application/x-ndjson');
    return isStream && response.body !== null
      ? new Response(response.body.pipeThrough(wholeLines()), response)
      : response;
  };
}

/** The refusal in the server's own words, but for those that it was sent: they are a member's or a document's. */
async function refusalOf(response: Response, sent: string): Promise<OllamaFailure> {
  const text = await response.text();
  let reason = text;
  try {
    const parsed = JSON.parse(text) as { readonly error?: unknown } | null;
    if (typeof parsed?.error === 'string') reason = parsed.error;
  } catch {
    // A proxy answers in its own words.
  }
  const told = reason.slice(0, MAX_REASON_CHARACTERS);
  const words = isEcho(told, sent) ? 'it repeats what it was sent, which is left out' : told;
  return new OllamaFailure('refused', `HTTP ${response.status}: ${words}`, { status: response.status });
}

/** Whether so long a piece of the one stands in the other that it cannot be by chance. */
function isEcho(told: string, sent: string): boolean {
  for (let from = 0; from + ECHO_CHARACTERS <= told.length; from += 1)
    if (sent.includes(told.slice(from, from + ECHO_CHARACTERS))) return true;
  return false;
}

const LINE_END = 10;

/** Keeps a last line that was cut off from the client. @throws OllamaFailure for a line without end. */
function wholeLines(): TransformStream<Uint8Array, Uint8Array> {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  return new TransformStream({
    transform(chunk, controller) {
      const end = chunk.lastIndexOf(LINE_END) + 1;
      if (end > 0) {
        for (const part of held) controller.enqueue(part);
        controller.enqueue(chunk.subarray(0, end));
        held = [];
        heldBytes = 0;
      }
      if (end < chunk.length) held.push(chunk.subarray(end));
      heldBytes += chunk.length - end;
      if (heldBytes > MAX_LINE_BYTES) throw new OllamaFailure('broken', 'a line without end');
    },
  });
}
