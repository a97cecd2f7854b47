import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hashParts } from '../ids.js';
import type { Embedder } from '../ports/embedder.js';

/** An embedder that embeds no text twice, and what closes its file. */
export interface CachedEmbedder {
  readonly embedder: Embedder;
  close(): Promise<void>;
}

const KEY_BYTES = 16;
const BYTES_A_NUMBER = 4;
/** Vectors that are kept; of 384 dimensions they take 300 MB. */
const MAX_VECTORS = 200_000;

/**
 * Keeps vectors in a file, so that a second configuration does not wait for what the first one embedded. The file is a
 * row of records, a key and a vector each; one that a kill cut off is dropped. Embeds one text at once: some embedders
 * know their dimensions only then, and no question pays for the start.
 * @throws DocentError `EMBEDDER_UNAVAILABLE`; the signal's reason when aborted.
 */
export async function cacheVectors(
  embedder: Embedder,
  { folder, signal }: { readonly folder: string; readonly signal: AbortSignal },
): Promise<CachedEmbedder> {
  await embedder.embed(['Is anybody there?'], { kind: 'query', signal });
  const { embedderId, dimensions } = embedder.space;
  const path = join(folder, `vectors-${hashParts([embedderId, String(dimensions)], 16)}`);
  const recordBytes = KEY_BYTES + dimensions * BYTES_A_NUMBER;
  const stored = await readFile(path).catch(() => Buffer.alloc(0));
  const count = Math.floor(stored.length / recordBytes);
  const vectors = new Map(
    Array.from({ length: count }, (_, index) => recordAt(stored, index * recordBytes, dimensions)),
  );
  const file = await open(path, 'a', 0o600);
  await file.truncate(count * recordBytes);

  const embed: Embedder['embed'] = async (texts, options) => {
    const keys = texts.map((text) => keyOf(options.kind, text));
    const missing = texts.filter((_, index) => !vectors.has(keys[index] ?? ''));
    const made = missing.length === 0 ? [] : await embedder.embed(missing, options);
    const fresh = new Map(missing.map((text, index) => [keyOf(options.kind, text), made[index]]));
    for (const [key, vector] of fresh) {
      if (vector === undefined || vectors.has(key) || vectors.size >= MAX_VECTORS) continue;
      vectors.set(key, vector);
      const bytes = new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
      await file.write(Buffer.concat([Buffer.from(key, 'hex'), bytes]));
    }
    return keys.flatMap((key) => vectors.get(key) ?? fresh.get(key) ?? []);
  };
  return {
    embedder: Object.create(embedder, { embed: { value: embed } }) as Embedder,
    close: () => file.close(),
  };
}

function keyOf(kind: string, text: string): string {
  return createHash('sha256')
    .update(`${kind}\n${text}`)
    .digest('hex')
    .slice(0, 2 * KEY_BYTES);
}

function recordAt(bytes: Buffer, at: number, dimensions: number): [string, Float32Array] {
  const from = at + KEY_BYTES;
  // A copy, because numbers must begin at a multiple of their size.
  const vector = Uint8Array.from(bytes.subarray(from, from + dimensions * BYTES_A_NUMBER));
  return [bytes.toString('hex', at, from), new Float32Array(vector.buffer)];
}
