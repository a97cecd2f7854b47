/** A piece of a text between two edges of marks. */
export interface MarkedPiece {
  readonly text: string;
  readonly isMarked: boolean;
}

/** A text cut at its marks, each from its first to before its last character; what overlaps is marked once. */
export function splitMarks(text: string, marks: readonly (readonly number[])[]): MarkedPiece[] {
  const pieces: MarkedPiece[] = [];
  let end = 0;
  const add = (to: number, isMarked: boolean): void => {
    if (to > end) pieces.push({ text: text.slice(end, to), isMarked });
    end = Math.max(end, to);
  };
  for (const [from = 0, to = 0] of marks.toSorted((a, b) => (a[0] ?? 0) - (b[0] ?? 0))) {
    if (to <= Math.max(from, end)) continue;
    add(Math.min(from, text.length), false);
    add(Math.min(to, text.length), true);
  }
  add(text.length, false);
  return pieces;
}
