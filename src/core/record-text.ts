import { z } from 'zod';
import { DocentError } from './errors.js';
import { type Collection, type RecordScope, SYSTEM_SCOPE } from './ports/record-store.js';

const idSchema = z
  .string()
  .min(1)
  .max(1_500)
  // SQLite's binding ends a text at its first NUL, so that two ids could become one.
  .refine((id) => id.isWellFormed() && !id.includes('\0'));

/** How a store names a scope; a creator called `system` keeps apart from the system scope by the prefix. */
export function scopeKey(scope: RecordScope): string {
  return scope === SYSTEM_SCOPE ? SYSTEM_SCOPE : `creator:${scope.creatorId}`;
}

/**
 * The JSON that a store keeps of a record, checked as it will be read.
 * @throws DocentError `RECORD_INVALID` for a wrong id or shape.
 */
export function toRecordText<Shape extends z.ZodType>(
  collection: Collection<Shape>,
  record: { readonly id: string; readonly value: z.infer<Shape> },
): string {
  if (!idSchema.safeParse(record.id).success)
    throw recordInvalid(
      collection.name,
      'has an id that is empty, over 1,500 characters, no well-formed text, or holds a NUL',
    );
  const text = JSON.stringify(record.value) ?? 'null';
  const checked = collection.schema.safeParse(JSON.parse(text));
  if (!checked.success)
    throw recordInvalid(collection.name, 'does not have its shape; nothing was written', checked.error);
  return text;
}

/** `RECORD_INVALID`, in words that name the collection. */
export function recordInvalid(collection: string, problem: string, cause?: unknown): DocentError {
  return new DocentError('RECORD_INVALID', { userMessage: `A record in "${collection}" ${problem}.`, cause });
}

/** `RECORD_INVALID` for a stored record that its collection's schema refuses. */
export function recordOutOfShape(collection: string): DocentError {
  return recordInvalid(collection, 'does not have its shape any more; it cannot be used');
}

/** Whether an error says that what is stored cannot be read, by a fault or as another version of Docent wrote it. */
export function isRecordInvalid(error: unknown): boolean {
  return error instanceof DocentError && error.code === 'RECORD_INVALID';
}

/** `RECORD_CONFLICT` for a write whose condition does not hold. */
export function recordConflict(collection: string): DocentError {
  return new DocentError('RECORD_CONFLICT', {
    userMessage: `A record in "${collection}" was changed by somebody else at the same time. Look at it again and repeat the change.`,
    retryable: true,
  });
}
