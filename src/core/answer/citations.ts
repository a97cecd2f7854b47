/** What was let through of an answer. */
export interface CheckedCitations {
  /** Takes the next piece of the model's text and returns what may be shown of it now. */
  push(text: string): string;
  /** Returns what was held back. */
  end(): string;
  /** Numbers that were cited, in the order of their first use. */
  readonly cited: readonly number[];
}

/** What may stand in an answer. */
export interface CitationOptions {
  /** Whether a passage of that number was given to the model. */
  isKnown(number: number): boolean;
  /** Whether the address stands in a passage: others do not go out. */
  isAllowedUrl(url: string): boolean;
}

/** Characters that are held back at the most, waiting for a bracket, a backtick or an address to end. */
const MAX_HELD = 2_000;

const CITATION = /^(?:\[{1,2}|【)\s*(\d{1,4}(?:\s*[,;–-]\s*\d{1,4})*)\s*(?:\]{1,2}|】)/;
const CITATION_START = /^(?:\[{1,2}|【)[\d\s,;–-]*\]?$/;
const LINK = /^!?\[([^\]\n]*)\]\([ \t]*<?([^)\s>]*)>?[^)\n]*\)/;
const LINK_START = /^!?\[[^\]\n]*(?:\](?:\([^)\n]*)?)?$/;
const URL_TEXT = /^(?:https?:\/\/|www\.)[^\s<>"'`）】]*/i;
const URL_START = /^(?:h|ht|htt|http|https|https?:|https?:\/|w|ww|www)$/i;

/** One step over the held text: what it consumed and what it lets out; undefined: more text is needed. */
type Step = { readonly length: number; readonly output: string } | undefined;

/**
 * Checks an answer while it streams. `[1]`, `[1, 2]`, `[1-3]`, `[[1]]` and `【1】` become `[1]` marks of passages that
 * exist; unknown numbers go. Links whose address is in no passage keep their words only. Inside code nothing is changed.
 * However the text is cut into pieces, the result is the same.
 */
export function checkCitations(options: CitationOptions): CheckedCitations {
  const cited: number[] = [];
  let held = '';
  let atLineStart = true;
  let fence = '';

  const cite = (numbers: readonly number[]): string =>
    numbers
      .filter((number) => options.isKnown(number))
      .map((number) => {
        if (!cited.includes(number)) cited.push(number);
        return `[${number}]`;
      })
      .join('');

  function step(text: string, isEnd: boolean): Step {
    const mustDecide = isEnd || text.length > MAX_HELD;
    if (atLineStart || fence !== '') {
      const line = fenceLine(text, mustDecide);
      if (line === undefined) return undefined;
      if (line.length > 0) return line;
    }
    const first = text[0] ?? '';
    if (first === '`') return inlineCode(text, mustDecide);
    if (text === '!' && !mustDecide) return undefined;
    if (first === '[' || first === '【' || text.startsWith('![')) return bracket(text, mustDecide);
    if (/[hw]/i.test(first) && !/\w/.test(previous)) return address(text, mustDecide);
    return { length: 1, output: first };
  }

  /** Opens, continues or closes a fenced block; length 0 when the line is ordinary text. */
  function fenceLine(text: string, mustDecide: boolean): Step {
    const lineEnd = text.indexOf('\n');
    const line = lineEnd === -1 ? text : text.slice(0, lineEnd + 1);
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    const couldBecome = /^ {0,3}(?:`{0,2}|~{0,2})$/.test(line);
    if (lineEnd === -1 && !mustDecide && (fence === '' ? couldBecome || mark !== undefined : true)) return undefined;
    if (fence !== '') {
      if (mark !== undefined && mark.startsWith(fence) && line.trim() === mark) fence = '';
      return { length: line.length, output: line };
    }
    if (mark === undefined) return { length: 0, output: '' };
    fence = mark;
    return { length: line.length, output: line };
  }

  function inlineCode(text: string, mustDecide: boolean): Step {
    const mark = /^`+/.exec(text)?.[0] ?? '`';
    const close = new RegExp(`(?<!\`)${mark}(?!\`)`).exec(text.slice(mark.length));
    const paragraphEnd = text.indexOf('\n\n');
    if (close !== null && (paragraphEnd === -1 || close.index + mark.length < paragraphEnd)) {
      const length = mark.length + close.index + mark.length;
      // A longer run of backticks may still be coming.
      if (length === text.length && !mustDecide) return undefined;
      return { length, output: text.slice(0, length) };
    }
    if (paragraphEnd === -1 && !mustDecide) return undefined;
    return { length: mark.length, output: mark };
  }

  function bracket(text: string, mustDecide: boolean): Step {
    const citation = CITATION.exec(text);
    if (citation !== null) {
      const [whole, list = ''] = citation;
      // `[1](…)` would be a link, `[1]]` may still be coming.
      if (whole.length === text.length && !mustDecide) return undefined;
      if (text[whole.length] !== '(') return { length: whole.length, output: cite(numbersOf(list)) };
    }
    const link = LINK.exec(text);
    if (link !== null) {
      const [whole, words = '', url = ''] = link;
      const isKept = !whole.startsWith('!') && options.isAllowedUrl(url);
      return { length: whole.length, output: isKept ? whole : words };
    }
    if (!mustDecide && (CITATION_START.test(text) || LINK_START.test(text))) return undefined;
    return { length: 1, output: text[0] ?? '' };
  }

  function address(text: string, mustDecide: boolean): Step {
    const match = URL_TEXT.exec(text)?.[0];
    if (match !== undefined) {
      if (match.length === text.length && !mustDecide) return undefined;
      const url = match.replace(/[.,;:!?)\]]+$/, '');
      return { length: match.length, output: options.isAllowedUrl(url) ? match : match.slice(url.length) };
    }
    if (!mustDecide && URL_START.test(text)) return undefined;
    return { length: 1, output: text[0] ?? '' };
  }

  let previous = '';
  function drain(isEnd: boolean): string {
    let output = '';
    while (held !== '') {
      const taken = step(held, isEnd);
      if (taken === undefined) break;
      const consumed = held.slice(0, taken.length);
      held = held.slice(taken.length);
      previous = consumed.at(-1) ?? previous;
      atLineStart = previous === '\n';
      output += taken.output;
    }
    return output;
  }

  return {
    push(text) {
      held += text;
      return drain(false);
    },
    end: () => drain(true),
    cited,
  };
}

/** `1, 3-5` → 1, 3, 4, 5; a range of more than 20 is taken for two numbers. */
function numbersOf(list: string): number[] {
  return list.split(/[,;]/).flatMap((part) => {
    const [from = 0, to = from] = part.split(/[–-]/).map(Number);
    return to > from && to - from <= 20
      ? Array.from({ length: to - from + 1 }, (_, index) => from + index)
      : [...new Set([from, to])];
  });
}
