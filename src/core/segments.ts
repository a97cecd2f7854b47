/**
 * Characters that are looked at together. V8's `Intl.Segmenter` takes time that grows with the square of a text's length
 * (measured on Node 20: 0.2 s for 90,000 characters, 9 s for 360,000), so it never gets more than this.
 */
const WINDOW_CHARACTERS = 2_000;

/**
 * The segments of a text in order; joined they are the text again. A segment longer than 2,000 characters is cut, after
 * a space where it has one.
 */
export function* segmentsOf(segmenter: Intl.Segmenter, text: string): Generator<string> {
  for (let from = 0; from < text.length;) {
    const window = text.slice(from, from + WINDOW_CHARACTERS);
    const segments = Array.from(segmenter.segment(window), ({ segment }) => segment);
    const isEnd = from + window.length >= text.length;
    // The last segment may go on behind the window: it is found again at the start of the next.
    if (!isEnd && segments.length > 1) segments.pop();
    else if (!isEnd) segments[0] = window.slice(0, cutOf(window));
    for (const segment of segments) {
      from += segment.length;
      yield segment;
    }
  }
}

/** Where a window without a boundary is cut: after its last space, or at its end outside a surrogate pair. */
function cutOf(window: string): number {
  const space = Math.max(window.lastIndexOf(' '), window.lastIndexOf('\n'));
  if (space > 0) return space + 1;
  const lastUnit = window.charCodeAt(window.length - 1);
  return lastUnit >= 0xd800 && lastUnit <= 0xdbff ? window.length - 1 : window.length;
}
