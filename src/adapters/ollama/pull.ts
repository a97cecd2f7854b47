import { z } from 'zod';
import type { Clock } from '../../core/ports/clock.js';
import type { PullProgress } from '../../core/ports/model-library.js';
import type { Connect } from './client.js';
import { OllamaFailure } from './failure.js';

/** What one download works with. */
export interface PullOptions {
  readonly connect: Connect;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly model: string;
}

const lineSchema = z.object({
  status: z.string(),
  digest: z.string().optional(),
  total: z.number().optional(),
  completed: z.number().optional(),
});
type Line = z.infer<typeof lineSchema>;

/** Ollama reports many times a second; nobody can read more than each hundredth, or a word twice a second. */
const REPORT_EVERY_MS = 500;
const REPORT_EVERY_SHARE = 0.01;
/** Checking a large file takes minutes without a word; Node gives up on a silent answer after 300 seconds. */
const SILENCE_MS = 290_000;

/**
 * One call of `/api/pull` and how far it gets, summed over the files that the server has named so far. The connection
 * ends when nobody reads on.
 * @throws OllamaFailure `late` for a silence; what the client throws.
 */
export async function* pullOnce({ connect, clock, signal, model }: PullOptions): AsyncGenerator<PullProgress> {
  const silence = new AbortController();
  const files = new Map<string, { done: number; total: number }>();
  let told: { readonly at: number; readonly status: string; readonly share: number } | undefined;
  const armed = (): (() => void) => clock.after(SILENCE_MS, () => silence.abort());
  let disarm = armed();
  try {
    const client = connect(AbortSignal.any([signal, silence.signal]));
    for await (const raw of await client.pull({ model, stream: true })) {
      disarm();
      const line = lineSchema.parse(raw);
      note(files, line);
      const progress = progressOf(line, files);
      const share = shareOf(progress);
      const isNews = told?.status !== line.status || share - told.share >= REPORT_EVERY_SHARE;
      if (isNews || clock.now() - (told?.at ?? 0) >= REPORT_EVERY_MS) {
        told = { at: clock.now(), status: line.status, share };
        yield progress;
      }
      disarm = armed();
    }
  } catch (error) {
    if (silence.signal.aborted && !signal.aborted)
      throw new OllamaFailure('late', 'silence in the middle of a download', { cause: error });
    throw error;
  } finally {
    disarm();
    silence.abort();
  }
}

function note(files: Map<string, { done: number; total: number }>, { digest, total, completed }: Line): void {
  if (digest !== undefined && total !== undefined) files.set(digest, { done: completed ?? 0, total });
}

function shareOf({ bytes }: PullProgress): number {
  return bytes === undefined ? 0 : bytes.done / bytes.total;
}

function progressOf(
  { status, digest }: Line,
  files: ReadonlyMap<string, { done: number; total: number }>,
): PullProgress {
  // The server names a file by its digest, which says nothing to anybody.
  const text = digest === undefined ? status : 'downloading';
  if (files.size === 0) return { text };
  const bytes = { done: 0, total: 0 };
  for (const { done, total } of files.values()) {
    bytes.done += done;
    bytes.total += total;
  }
  return { text, bytes };
}
