/** A download that goes wrong: the next one. */
export type CdnFault =
  /** Stops after so many bytes, until the promise resolves. */
  | { readonly kind: 'hold'; readonly afterBytes: number; readonly until: Promise<void> }
  /** The connection is torn down after so many bytes. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  | { readonly kind: 'redirect'; readonly location: string }
  /** More bytes come than the attachment's size says, and no length is told. */
  | { readonly kind: 'larger'; readonly extraBytes: number }
  | { readonly kind: 'status'; readonly status: number };

/** The files that were uploaded. */
export interface Cdn {
  /** Queues a fault for the next download whose path matches. */
  failNext(fault: CdnFault, path?: RegExp): void;
  /** From now on there is no such file. */
  delete(attachmentId: string): void;
  /** Paths that were downloaded from, in order. */
  readonly downloads: readonly string[];
}
