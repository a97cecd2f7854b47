/** A run of text that belongs together. */
export interface Block {
  /**
   * `table`: one row a line, cells joined by ` | `, the header first. `list`: one item a line behind `- ` or its number, inner
   * items and further lines indented. `code`: as written.
   */
  readonly kind: 'paragraph' | 'list' | 'table' | 'code';
  readonly text: string;
}

/** A stretch of a document under one heading and on one page. */
export interface Section {
  /** The headings above it, outermost first; without the document's own title. */
  readonly headingPath: readonly string[];
  /** From 1; null where the format has no pages. */
  readonly page: number | null;
  readonly blocks: readonly Block[];
}

/** A document as it was read. */
export interface ParsedDocument {
  /** The document's own title, or null when it names none. */
  readonly title: string | null;
  readonly sections: readonly Section[];
  /** null where the format has no pages. */
  readonly pageCount: number | null;
  /** What was left out and why, each a short sentence for the uploader. */
  readonly skipped: readonly string[];
}

/** What a parser needs beside the bytes. */
export interface ParseContext {
  /** The file's name: for display and for telling text formats apart, never a path. */
  readonly name: string;
  readonly limits: ParseLimits;
  /** Tells how far the reading is. */
  progress(report: { readonly done: number; readonly total: number; readonly unit: 'pages' | 'rows' }): void;
}

/** What a document may hold at the most. */
export interface ParseLimits {
  readonly maxPages: number;
  /** Characters of text, all sections together. */
  readonly maxCharacters: number;
  /** Bytes that a packed format may unpack to. */
  readonly maxInflatedBytes: number;
  /** Bytes of one XML part of a packed format. */
  readonly maxXmlBytes: number;
}

/** How sure a parser is that the bytes are of its kind; the surest parser reads the file. */
export type Recognition = 'certain' | 'likely' | 'possible' | 'no';

/**
 * Reads one kind of file. It runs in a child process with limits on time and memory and without network or secrets, and
 * its module exports it under the name `parser`. Heavy libraries are imported inside `parse`.
 */
export interface DocumentParser {
  readonly name: string;
  /** By content first: the name only tells text formats apart. */
  recognise(bytes: Uint8Array, name: string): Recognition;
  /** @throws DocentError with a `DOCUMENT_*` code that says what is wrong with the file and what to do. */
  parse(bytes: Uint8Array, context: ParseContext): Promise<ParsedDocument>;
  /** Imports the libraries ahead, in a child that waits for a file of this kind; what fails here fails again in `parse`. */
  prepare?(): Promise<unknown>;
}

/** How a plugin contributes a parser: by module, because it runs in another process. */
export interface ParserContribution {
  readonly name: string;
  /** What people call the format, such as `PDF`. */
  readonly label: string;
  /** With the dot, lower case, such as `.pdf`; for file pickers only. */
  readonly extensions: readonly string[];
  /** A module with an export `parser` of type `DocumentParser`. */
  readonly module: URL;
}
