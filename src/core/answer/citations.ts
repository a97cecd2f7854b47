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
const LINK = /^\[([^[\]\n]*)\]\(((?:(?!\n[ \t]*\n)[^)])*)\)/;
const LINK_START = /^\[[^[\]\n]*(?:\](?:\([^)]*)?)?$/;
const TARGET = /^\(((?:(?!\n[ \t]*\n)[^)])*)\)/;
const BLANK_LINE = /\n[ \t]*\n/;
const DEFINITION = /^:[ \t]*\n?[ \t]*<?((?:[a-z][a-z0-9+.-]*:|[\\/]{2})[^\s<>]+)>?/i;
const DEFINITION_START = /^:[ \t]*\n?[ \t]*<?[^\s<>]*$/;
const AUTOLINK = /^<([a-z][a-z0-9+.-]{1,31}:[^\s<>]*)>/i;
const AUTOLINK_START = /^<(?:[a-z][a-z0-9+.-]{0,31}(?::[^\s<>]*)?)?$/i;
const URL_TEXT = /^(?:https?:\/\/|www\.(?=[^\s<>"'`）】]))(?:(?!\]\()[^\s<>"'`）】])*/i;
const URL_START = /^(?:h|ht|htt|http|https|https?:|https?:\/|w|ww|www|www\.)$/i;

/**
 * One step over the held text: what it consumed and what it lets out; `again` is read once more in place of what was
 * consumed. undefined: more text is needed.
 */
type Step = { readonly length: number; readonly output: string; readonly again?: string } | undefined;

/**
 * Checks an answer while it streams. `[1]`, `[1, 2]`, `[1-3]`, `[[1]]` and `【1】` become `[1]` marks of passages that
 * exist; unknown numbers go. Links whose address is in no passage keep their words only, and pictures become links.
 * Inside code nothing is changed; where it is unclear what is code, everything is checked.
 * However the text is cut into pieces, the result is the same.
 */
export function checkCitations(options: CitationOptions): CheckedCitations {
  const cited: number[] = [];
  let held = '';
  let previous = '\n';
  let lastShown = '';
  let fence = '';
  /** A backtick was left open on its line: until the paragraph ends, its next lines may be code or not. */
  let isCodeUnclear = false;

  const isAllowed = (url: string): boolean => url !== '' && options.isAllowedUrl(url);
  const one = (text: string): Step => ({ length: 1, output: text[0] ?? '' });

  const cite = (numbers: readonly number[]): string =>
    numbers
      .filter((number) => options.isKnown(number))
      .map((number) => {
        if (!cited.includes(number)) cited.push(number);
        return `[${number}]`;
      })
      .join('');

  /** Nothing, or a space where two words would grow together, perhaps to an address. */
  const gap = (next = ''): string => (/[\w:/.][\w:/]|w\./i.test(lastShown + next) ? ' ' : '');

  function step(text: string, isEnd: boolean): Step {
    const mustDecide = isEnd || text.length > MAX_HELD;
    if (previous === '\n' || fence !== '') {
      const line = fenceLine(text, mustDecide);
      if (line === undefined) return undefined;
      if (line.length > 0) return line;
      if (isCodeUnclear && !mustDecide && /^[ \t]+$/.test(text)) return undefined;
      if (/^[ \t]*\n/.test(text)) isCodeUnclear = false;
    }
    const first = text[0] ?? '';
    if (first === '\\') return escaped(text, mustDecide);
    if (first === '`') return inlineCode(text, mustDecide);
    if (first === '!') return picture(text, mustDecide);
    if (first === '[' || first === '【') return bracket(text, mustDecide);
    if (first === '(' && lastShown === ']') return target(text, mustDecide);
    if (first === ':' && lastShown === ']') return definition(text, mustDecide);
    if (first === '<') return autolink(text, mustDecide);
    if (/[hw]/i.test(first)) return address(text, mustDecide);
    return one(text);
  }

  /** Opens, continues or closes a fenced block; length 0 when the line is ordinary text. */
  function fenceLine(text: string, mustDecide: boolean): Step {
    const lineEnd = text.indexOf('\n');
    const line = lineEnd === -1 ? text : text.slice(0, lineEnd + 1);
    const mark = /^ {0,3}(`{3,}(?=[^`\n]*\n?$)|~{3,})/.exec(line)?.[1];
    const couldBecome = /^ {0,3}(?:`{0,2}|~{0,2})$/.test(line);
    if (lineEnd === -1 && !mustDecide && (fence === '' ? couldBecome || mark !== undefined : true)) return undefined;
    if (fence !== '') {
      if (previous === '\n' && mark !== undefined && mark.startsWith(fence) && line.trim() === mark) fence = '';
      return { length: line.length, output: line };
    }
    if (mark === undefined || lineEnd === -1) return { length: 0, output: '' };
    fence = mark;
    return { length: line.length, output: line };
  }

  function escaped(text: string, mustDecide: boolean): Step {
    if (text.length === 1 && !mustDecide) return undefined;
    return /^\\[\\`]/.test(text) ? { length: 2, output: text.slice(0, 2) } : one(text);
  }

  /** Code within one line. */
  function inlineCode(text: string, mustDecide: boolean): Step {
    const lineEnd = text.indexOf('\n');
    const line = lineEnd === -1 ? text : text.slice(0, lineEnd);
    const mark = /^`+/.exec(line)?.[0] ?? '`';
    const close = new RegExp(`(?<!\`)${mark}(?!\`)`).exec(line.slice(mark.length));
    // A longer run of backticks may still be coming.
    const isOpenEnded = lineEnd === -1 && !mustDecide;
    if (close !== null && !isCodeUnclear) {
      const length = mark.length + close.index + mark.length;
      if (length === text.length && isOpenEnded) return undefined;
      return { length, output: text.slice(0, length) };
    }
    if (isOpenEnded && !isCodeUnclear) return undefined;
    isCodeUnclear = true;
    return one(text);
  }

  /** A picture would be fetched unasked: without its `!` it is a link. */
  function picture(text: string, mustDecide: boolean): Step {
    const rest = text.slice(1);
    if (!mustDecide && (rest === '' || CITATION_START.test(rest) || CITATION.exec(rest)?.[0] === rest))
      return undefined;
    const mark = CITATION.exec(rest)?.[0];
    const isPicture = rest.startsWith('[') && (mark === undefined || rest[mark.length] === '(');
    return isPicture ? { length: 1, output: '' } : one(text);
  }

  function bracket(text: string, mustDecide: boolean): Step {
    const citation = CITATION.exec(text);
    if (citation !== null) {
      const [whole, list = ''] = citation;
      // `[1](…)` would be a link, `[1]]` may still be coming.
      if (whole.length === text.length && !mustDecide) return undefined;
      const next = text[whole.length];
      if (next !== '(') return { length: whole.length, output: cite(numbersOf(list)) || gap(next) };
    }
    const [whole = '', words = '', place = ''] = LINK.exec(text) ?? [];
    if (whole !== '' && !isAllowed(urlOf(place))) {
      if (words === '' && whole.length === text.length && !mustDecide) return undefined;
      return { length: whole.length, output: gap(words[0] ?? text[whole.length]), again: words };
    }
    const mayBeLink = LINK_START.test(text) && !BLANK_LINE.test(text);
    return !mustDecide && (mayBeLink || CITATION_START.test(text)) ? undefined : one(text);
  }

  /** What follows `]` in parentheses, whatever the words before: kept without its title, or dropped. */
  function target(text: string, mustDecide: boolean): Step {
    const [whole, place = ''] = TARGET.exec(text) ?? [];
    const url = urlOf(place);
    if (whole !== undefined) return { length: whole.length, output: isAllowed(url) ? `(${url})` : '' };
    if (BLANK_LINE.test(text)) return one(text);
    // Too long to wait for its end: a space keeps it from being a link.
    return mustDecide ? { length: 1, output: ' (' } : undefined;
  }

  function definition(text: string, mustDecide: boolean): Step {
    if (!mustDecide && DEFINITION_START.test(text)) return undefined;
    const [whole, url = ''] = DEFINITION.exec(text) ?? [];
    return whole === undefined || isAllowed(url) ? one(text) : { length: whole.length, output: ':' };
  }

  function autolink(text: string, mustDecide: boolean): Step {
    if (!mustDecide && AUTOLINK_START.test(text)) return undefined;
    const [whole, url = ''] = AUTOLINK.exec(text) ?? [];
    if (whole === undefined) return one(text);
    if (whole.length === text.length && !mustDecide) return undefined;
    return { length: whole.length, output: isAllowed(url) ? whole : gap(text[whole.length]) };
  }

  function address(text: string, mustDecide: boolean): Step {
    const match = URL_TEXT.exec(text)?.[0];
    if (match !== undefined) {
      if (match.length === text.length && !mustDecide) return undefined;
      const url = match.replace(/[.,;:!?)\]]+$/, '');
      return { length: match.length, output: isAllowed(url) ? match : match.slice(url.length) };
    }
    return !mustDecide && URL_START.test(text) ? undefined : one(text);
  }

  function drain(isEnd: boolean): string {
    let output = '';
    while (held !== '') {
      const taken = step(held, isEnd);
      if (taken === undefined) break;
      const consumed = held.slice(0, taken.length);
      held = (taken.again ?? '') + held.slice(taken.length);
      if (taken.again === undefined) previous = consumed.at(-1) ?? previous;
      lastShown = taken.output.at(-1) ?? lastShown;
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

/** The address of a link's target, without its title. */
function urlOf(place: string): string {
  return /^\s*<?([^\s<>]*)/.exec(place)?.[1] ?? '';
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
