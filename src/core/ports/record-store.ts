import type { z } from 'zod';
import type { CreatorId } from '../ids.js';
import type { Health } from './health.js';

/** Records that belong to no creator, such as which channel is linked to whom. */
export const SYSTEM_SCOPE = 'system';

/** The room a record lives in. A creator cannot be called `system:`: the prefix keeps the two apart in every store. */
export type RecordScope = { readonly creatorId: CreatorId } | typeof SYSTEM_SCOPE;

/** A kind of small durable record, with its name and shape. */
export interface Collection<Shape extends z.ZodType> {
  /** Lower-case letters and hyphens. */
  readonly name: string;
  readonly schema: Shape;
}

/** A record as it is kept. */
export interface StoredRecord<Value> {
  readonly id: string;
  readonly value: Value;
  /** Grows with every write, also over a deletion; for writes that must not overwrite somebody else's. */
  readonly revision: number;
}

/** Which records are listed. */
export interface ListOptions {
  /** Only ids that start with this. */
  readonly prefix?: string;
  /** Only ids after this one, in code-point order. */
  readonly after?: string;
  /** 1 to 1,000. */
  readonly limit: number;
  /** Last ids first; `after` then means before. Default false. */
  readonly reverse?: boolean;
}

/** What a write is allowed to replace: `absent`, one revision, or whatever is there. */
export type WriteCondition = { readonly ifRevision: number | 'absent' };

/**
 * Small durable records: documents, channel links, feedback, gaps, receipts. Ids are any well-formed text of 1 to
 * 1,500 characters without NUL.
 * A record that does not have its collection's shape is skipped in lists and counted in the log, never fatal there;
 * `get` on it throws `RECORD_INVALID`.
 */
export interface RecordStore {
  get<Shape extends z.ZodType>(
    collection: Collection<Shape>,
    scope: RecordScope,
    id: string,
  ): Promise<StoredRecord<z.infer<Shape>> | undefined>;
  /**
   * Writes durably and returns the new revision.
   * @throws DocentError `RECORD_CONFLICT` when the condition does not hold; `RECORD_INVALID` for a wrong shape.
   */
  put<Shape extends z.ZodType>(
    collection: Collection<Shape>,
    scope: RecordScope,
    record: { readonly id: string; readonly value: z.infer<Shape> },
    condition?: WriteCondition,
  ): Promise<number>;
  /** Removes a record and says whether it was there. */
  delete<Shape extends z.ZodType>(collection: Collection<Shape>, scope: RecordScope, id: string): Promise<boolean>;
  /** In id order, by code points. */
  list<Shape extends z.ZodType>(
    collection: Collection<Shape>,
    scope: RecordScope,
    options: ListOptions,
  ): Promise<StoredRecord<z.infer<Shape>>[]>;
  /** Removes every record in a creator's room and returns how many went. */
  eraseCreator(creatorId: CreatorId): Promise<number>;
  health(signal: AbortSignal): Promise<Health>;
}
