/** Takes a model's thoughts out of its text while it streams. */
export interface ThoughtFilter {
  /** What of the text so far may be shown now. */
  push(text: string): string;
  /** What was held back and is no thought after all, at the end of the text; `isCut` where the model had more to say. */
  end(isCut: boolean): string;
  /** Whether there was a thought. */
  readonly hasThought: boolean;
  /** Whether a thought ended that never began: what was shown before it was one. */
  readonly leaked: boolean;
}

const OPENING = '<think>';
const CLOSING = '</think>';

/**
 * Older models, and Ollama before it knew of thinking, write their thoughts as `<think>…</think>` before the answer. As
 * in Ollama's own parser (thinking/parser.go) only what stands at the very start counts, so that an answer may speak of
 * the tag; tags may come in pieces. Text without an opening tag, but with a closing one, is a model that was told not to
 * think and does (ollama/ollama#12736).
 *
 * @param startsInside the opening tag stood in the prompt, or so it seems: the text begins within a thought. A text that
 * ends without a closing tag was none.
 */
export function createThoughtFilter(startsInside: boolean): ThoughtFilter {
  let state: 'start' | 'supposed' | 'thought' | 'answer' = startsInside ? 'supposed' : 'start';
  let held = '';
  let hasThought = startsInside;
  let leaked = false;

  function read(): string {
    if (state === 'start') {
      const text = held.trimStart();
      if (text.startsWith(OPENING)) {
        state = 'thought';
        hasThought = true;
        held = text.slice(OPENING.length);
      } else if (OPENING.startsWith(text)) return '';
      else state = 'answer';
    }
    if (state === 'supposed' || state === 'thought') {
      const end = held.indexOf(CLOSING);
      if (end === -1) {
        if (state === 'thought') held = held.slice(-(CLOSING.length - 1));
        return '';
      }
      held = held.slice(end + CLOSING.length).trimStart();
      state = 'start';
      return read();
    }
    leaked ||= held.includes(CLOSING);
    const keep = lengthOfCut(held, CLOSING);
    const shown = held.slice(0, held.length - keep);
    held = held.slice(held.length - keep);
    return shown;
  }

  return {
    push(text) {
      held += text;
      return read();
    },
    end(isCut) {
      const isThought = state === 'thought' || (state === 'supposed' && isCut);
      if (state === 'supposed' && !isCut) hasThought = false;
      const rest = isThought ? '' : held;
      held = '';
      return rest;
    },
    get hasThought() {
      return hasThought;
    },
    get leaked() {
      return leaked;
    },
  };
}

/** How many characters at the end of the text may be the beginning of the tag. */
function lengthOfCut(text: string, tag: string): number {
  for (let length = Math.min(tag.length - 1, text.length); length > 0; length -= 1)
    if (tag.startsWith(text.slice(-length))) return length;
  return 0;
}
