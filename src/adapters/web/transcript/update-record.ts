import type { z } from 'zod';
import { DocentError } from '../../../core/errors.js';
import type { Collection, RecordScope, RecordStore } from '../../../core/ports/record-store.js';

const MAX_TRIES = 5;

/**
 * Changes a record without overwriting somebody else's write: on a conflict it reads and tries again.
 * @returns the new value, or undefined when there is no such record.
 * @throws DocentError `RECORD_CONFLICT` after five tries.
 */
export async function updateRecord<Shape extends z.ZodType>(
  records: RecordStore,
  collection: Collection<Shape>,
  target: { readonly scope: RecordScope; readonly id: string },
  change: (value: z.infer<Shape>) => z.infer<Shape>,
): Promise<z.infer<Shape> | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    const stored = await records.get(collection, target.scope, target.id);
    if (stored === undefined) return undefined;
    const value = change(stored.value);
    try {
      await records.put(collection, target.scope, { id: target.id, value }, { ifRevision: stored.revision });
      return value;
    } catch (error) {
      if (!isConflict(error) || attempt === MAX_TRIES) throw error;
    }
  }
}

/** Writes a record unless there is one, and says whether it was written. */
export async function addRecord<Shape extends z.ZodType>(
  records: RecordStore,
  collection: Collection<Shape>,
  scope: RecordScope,
  record: { readonly id: string; readonly value: z.infer<Shape> },
): Promise<boolean> {
  try {
    await records.put(collection, scope, record, { ifRevision: 'absent' });
    return true;
  } catch (error) {
    if (isConflict(error)) return false;
    throw error;
  }
}

function isConflict(error: unknown): boolean {
  return error instanceof DocentError && error.code === 'RECORD_CONFLICT';
}
