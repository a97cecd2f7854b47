import type { ChatRequest } from 'ollama';
import { z } from 'zod';
import type { Clock } from '../../core/ports/clock.js';
import type { Connect } from './client.js';
import { OllamaFailure } from './failure.js';

const chunkSchema = z.object({
  message: z.object({ content: z.string().default(''), thinking: z.string().default('') }),
  done: z.boolean(),
  done_reason: z.string().optional(),
  prompt_eval_count: z.number().optional(),
  eval_count: z.number().optional(),
});
/** A line of a streamed answer; the counts stand in the last one. */
export type ChatChunk = z.infer<typeof chunkSchema>;

/** What one streamed call works with. */
export interface ChatCallOptions {
  readonly connect: Connect;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** The wait for the first words: Node's own limit for the headers, which come with them, is 300 seconds. */
const FIRST_CHUNK_MS = 290_000;
/** The longest silence in the middle of an answer. */
const NEXT_CHUNK_MS = 60_000;

/**
 * Streams the lines of one chat answer. The connection ends when nobody reads on or the signal aborts; who may stop
 * before the first line must use the signal.
 * @throws OllamaFailure `late` for a silence; what the client throws.
 */
export async function* chatChunks(
  { connect, clock, signal }: ChatCallOptions,
  request: Omit<ChatRequest, 'stream'>,
): AsyncGenerator<ChatChunk, void, undefined> {
  const silence = new AbortController();
  const armed = (ms: number): (() => void) => clock.after(ms, () => silence.abort());
  let disarm = armed(FIRST_CHUNK_MS);
  try {
    const client = connect(AbortSignal.any([signal, silence.signal]));
    for await (const line of await client.chat({ ...request, stream: true })) {
      disarm();
      yield chunkSchema.parse(line);
      disarm = armed(NEXT_CHUNK_MS);
    }
  } catch (error) {
    if (silence.signal.aborted && !signal.aborted)
      throw new OllamaFailure('late', 'silence in the middle of an answer', { cause: error });
    throw error;
  } finally {
    disarm();
    silence.abort();
  }
}
