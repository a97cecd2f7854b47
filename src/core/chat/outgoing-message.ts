import type { AnswerId } from '../ids.js';
import type { JsonValue } from '../json.js';

/** A cited passage, as a member sees it under an answer. */
export interface Source {
  /** As it stands in the text: `[1]`. */
  readonly number: number;
  readonly documentName: string;
  readonly headingPath: readonly string[];
  /** From 1; null where the format has no pages. */
  readonly page: number | null;
}

/** A button: it runs a command for the person who presses it. */
export interface MessageAction {
  readonly label: string;
  readonly command: string;
  readonly input: { readonly [key: string]: JsonValue };
}

/** A message in the shape that every platform can draw. */
export interface OutgoingMessage {
  readonly kind: 'answer' | 'refusal' | 'fallback' | 'notice' | 'error';
  /** CommonMark. Adapters escape mentions and turn it into their platform's own markup. */
  readonly text: string;
  readonly sources: readonly Source[];
  readonly actions: readonly MessageAction[];
  /** Small print under the message, such as how to add a language model. CommonMark, one line. */
  readonly footnote?: string;
  /** 0 to 1, for answers. */
  readonly confidence?: number;
  /** For answers: what feedback and "show passage" refer to. */
  readonly answerId?: AnswerId;
  /** The same result as data, for pages and `--json`. */
  readonly data?: JsonValue;
}

/** A message of text alone. */
export function notice(text: string, data?: JsonValue): OutgoingMessage {
  return { kind: 'notice', text, sources: [], actions: [], ...(data === undefined ? {} : { data }) };
}
