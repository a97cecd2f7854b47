import { describe, expect, it } from 'vitest';
import { waitUntilLearned } from '../../../src/core/ingest/learning.js';
import { creatorIdSchema } from '../../../src/core/ids.js';
import type { DocumentRecord } from '../../../src/core/ingest/document-record.js';
import type { DocumentRegistry } from '../../../src/core/ingest/document-registry.js';
import { createFakeClock } from '../../support/fake-clock.js';

const creatorId = creatorIdSchema.parse('coach');

/** A registry whose one document learns as a test says. */
function registryOf(embedded: () => number): DocumentRegistry {
  const list = async (): Promise<DocumentRecord[]> =>
    [
      { status: embedded() < 8 ? 'learning' : 'ready', active: { chunkCount: 8, embeddedCount: embedded() } },
    ] as DocumentRecord[];
  return { list } as unknown as DocumentRegistry;
}

describe('waiting for the vectors', () => {
  it('shows how far they are and ends when the last one is there', async () => {
    const clock = createFakeClock();
    let embedded = 2;
    const seen: unknown[] = [];
    const options = {
      onStatus: ({ progress }: { progress?: unknown }) => seen.push(progress),
      signal: new AbortController().signal,
    };
    const waiting = waitUntilLearned({ documents: registryOf(() => embedded), clock }, creatorId, options);
    embedded = 5;
    await clock.advance(500);
    embedded = 8;
    await clock.advance(500);
    await waiting;
    expect(seen).toEqual([
      { done: 2, total: 8 },
      { done: 5, total: 8 },
    ]);
  });

  it('ends at Ctrl-C; the next start goes on', async () => {
    const clock = createFakeClock();
    const stopping = new AbortController();
    const options = { onStatus: () => {}, signal: stopping.signal };
    const waiting = waitUntilLearned({ documents: registryOf(() => 0), clock }, creatorId, options);
    waiting.catch(() => {});
    stopping.abort(new Error('Ctrl-C'));
    await clock.advance(500);
    await expect(waiting).rejects.toThrow('Ctrl-C');
  });
});
