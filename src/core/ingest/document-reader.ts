import type { ParsedDocument } from '../ports/document-parser.js';

/** What a reader needs beside the bytes. */
export interface ReadOptions {
  /** The file's name, for messages and for telling text formats apart. */
  readonly name: string;
  readonly signal: AbortSignal;
  onProgress(report: { readonly done: number; readonly total: number; readonly unit: 'pages' | 'rows' }): void;
}

/** A document as it was read, with what people call its format, such as `PDF`. */
export interface ReadDocument extends ParsedDocument {
  readonly format: string;
}

/** Reads a file of any kind some parser knows, apart from this process. */
export interface DocumentReader {
  /** @throws DocentError with a `DOCUMENT_*` code that says what is wrong with the file. */
  parse(bytes: Uint8Array, options: ReadOptions): Promise<ReadDocument>;
}
