/** A request that goes wrong. Without `status` and `cut` it is only held. */
export interface Fault {
  /** Default: any. */
  readonly method?: string;
  /** Of the path below `/api/v10`. Default: any. */
  readonly path?: RegExp;
  /** How many requests it meets. Default 1. */
  readonly times?: number;
  /** Answered in place of the real answer; nothing is done. */
  readonly status?: number;
  readonly body?: object | string;
  /** With 429. Default 1. */
  readonly retryAfterS?: number;
  /** With 429. Default `user`. */
  readonly scope?: 'user' | 'global' | 'shared';
  /** The connection is torn down before anything is done, or after it was done. */
  readonly cut?: 'before' | 'after';
  /** What passes before anything is done. */
  readonly until?: Promise<void>;
}
