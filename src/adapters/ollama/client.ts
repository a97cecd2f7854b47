import { Ollama } from 'ollama';
import { z } from 'zod';
import { OllamaFailure } from './failure.js';
import type { OllamaServer } from './server-address.js';

/** Makes a client for one call, which the signal ends. */
export type Connect = (signal: AbortSignal) => Ollama;

/** A line of a stream holds a few words, or how far a download is. */
const MAX_LINE_CHARACTERS = 1_000_000;

const lineSchema = z.looseObject({});
const errorSchema = z.object({ error: z.string() });

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
    if (!response.ok) throw await refusalOf(response);
    const type = response.headers.get('content-type') ?? '';
    if (!/^application\/(?:x-nd)?json\b/.test(type)) {
      await response.body?.cancel();
      throw new OllamaFailure('broken', `an answer of type "${type.slice(0, 100)}": is this Ollama?`);
    }
    const isStream = type.startsWith('application/x-ndjson');
    return isStream && response.body !== null
      ? new Response(ReadableStream.from(wholeLines(response.body)), response)
      : response;
  };
}

async function refusalOf(response: Response): Promise<OllamaFailure> {
  const text = await response.text();
  return OllamaFailure.told('refused', errorIn(parsed(text)) ?? text, response.status);
}

/** Undefined for what is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The server's words in `{"error": …}`. */
function errorIn(json: unknown): string | undefined {
  const { data } = errorSchema.safeParse(json);
  return data?.error;
}

/**
 * The lines that are whole: a last one that was cut off never reaches the client. Errors end the stream here, because the
 * client would throw them in the server's words, and print a line that it cannot read.
 * @throws OllamaFailure for a line without end, one that is no JSON object, and an error of the server.
 */
async function* wholeLines(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  let held = '';
  for await (const chunk of body) {
    const lines = `${held}${decoder.decode(chunk, { stream: true })}`.split('\n');
    held = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') continue;
      checkLine(line);
      yield encoder.encode(`${line}\n`);
    }
    if (held.length > MAX_LINE_CHARACTERS) throw new OllamaFailure('broken', 'a line without end');
  }
}

function checkLine(line: string): void {
  const json = parsed(line);
  if (!lineSchema.safeParse(json).success)
    throw new OllamaFailure('broken', 'a line of the answer that is no JSON object');
  const words = errorIn(json);
  if (words !== undefined) throw OllamaFailure.told('broken', words);
}
