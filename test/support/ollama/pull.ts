import { createHash } from 'node:crypto';
import type { Behaviour } from './behaviour.js';
import type { StandInModel } from './catalogue.js';

/** What is on the stand-in's disk. */
export interface Disk {
  /** Models that can be used, by name. */
  readonly installed: Map<string, StandInModel>;
  /** Bytes that are there of each file, by digest: a pull that was cut goes on from them. */
  readonly files: Map<string, number>;
}

/** A digest in Ollama's form. */
export function digestOf(...parts: readonly string[]): string {
  return `sha256:${createHash('sha256').update(parts.join('/')).digest('hex')}`;
}

const TEMPLATE_BYTES = 1_481;

/** Streams a download as `PullModel` reports it (server/images.go, server/download.go). */
export async function* pullLines(
  { disk, behaviour }: { readonly disk: Disk; readonly behaviour: Behaviour },
  model: StandInModel | undefined,
  signal: AbortSignal,
): AsyncGenerator<object> {
  yield { status: 'pulling manifest' };
  if (model === undefined) {
    yield { error: 'pull model manifest: file does not exist' };
    return;
  }
  const files = [
    { digest: digestOf(model.name, 'model'), total: model.sizeBytes },
    { digest: digestOf(model.name, 'template'), total: TEMPLATE_BYTES },
  ];
  for (const { digest, total } of files) {
    const status = `pulling ${digest.slice(7, 19)}`;
    if (!disk.files.has(digest)) yield { status, digest, total };
    for (let completed = disk.files.get(digest) ?? 0; completed < total;) {
      await behaviour.pace(signal);
      signal.throwIfAborted();
      completed = Math.min(total, completed + Math.ceil(total / behaviour.pullSteps));
      disk.files.set(digest, completed);
      yield { status, digest, total, completed };
    }
  }
  yield { status: 'verifying sha256 digest' };
  yield { status: 'writing manifest' };
  disk.installed.set(model.name, model);
  yield { status: 'success' };
}
