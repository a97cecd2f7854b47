import type { WorkItem } from './work-item.js';

/** Who asks for work, and what it already does. */
export interface ClaimRequest<Item extends WorkItem> {
  /** Groups that have their share. */
  readonly fullGroups: readonly string[];
  /** Everything of the queue that runs in this process, revoked work included. */
  readonly running: readonly Item[];
  readonly maxAttempts: number;
  readonly leaseMs: number;
}

/**
 * Where one queue's work is kept, as the workers of a process see it. A call that is cut off in the middle loses nothing and
 * lets nothing run twice at once. What is called with an item keeps that item's progress, and says whether the claim still
 * counted: when it did not, nothing was kept, and the claim is taken for revoked.
 */
export interface WorkStore<Item extends WorkItem> {
  /** Claims what is next, or undefined. Work without attempts left is claimed as `poisoned`, for calling `failed`. */
  claim(request: ClaimRequest<Item>): Promise<Item | undefined>;
  /** After a claim that found nothing: in how many milliseconds it may find something though nobody woke the queue. */
  nextLookMs(): Promise<number | undefined>;
  /** Ends work for good: its payload goes, its id is remembered for a day. */
  end(item: Item, state: 'done' | 'failed'): Promise<boolean>;
  /** Puts work behind all other, as if it had not been claimed. */
  putBehind(item: Item): Promise<boolean>;
  /** Lets work be claimed again after `delayMs`, a whole number, in its old place. */
  retry(item: Item, delayMs: number): Promise<boolean>;
  /** Gives a claim back as if it had not been taken. */
  giveBack(item: Item): Promise<boolean>;
  /** Marks work as failed for good, and the claim, which goes on, as the first one for calling `failed`. */
  fail(item: Item): Promise<boolean>;
  /** Keeps progress that may be lost in a crash of the storage. */
  noteProgress(item: Item): Promise<boolean>;
  /** Keeps progress durably. */
  saveProgress(item: Item): Promise<boolean>;
  /** The handler of revoked work has come to an end: from now on work of its id and order key may start. */
  release(item: Item): Promise<void>;
}
