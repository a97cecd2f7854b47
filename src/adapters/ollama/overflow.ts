/** Shorter than this nothing is cut: the fault is not the length. */
const MIN_CHARACTERS = 2;

/**
 * The two halves of a text, cut at the white space nearest to the middle where there is some near it, and never inside a
 * character; undefined when it is too short.
 */
export function halves(text: string): readonly [string, string] | undefined {
  if (text.length < MIN_CHARACTERS) return undefined;
  const middle = Math.floor(text.length / 2);
  const reach = Math.floor(text.length / 4);
  let cut = middle;
  for (let distance = 0; distance <= reach; distance += 1) {
    const place = [middle - distance, middle + distance].find((at) => /\s/.test(text.charAt(at)));
    if (place === undefined) continue;
    cut = place;
    break;
  }
  const unit = text.charCodeAt(cut);
  if (unit >= 0xdc00 && unit <= 0xdfff) cut += 1;
  return cut === 0 || cut >= text.length ? undefined : [text.slice(0, cut), text.slice(cut)];
}

/** The mean of unit vectors, each counted by its weight, brought to unit length. Opposite vectors give the first. */
export function meanOf(vectors: readonly Float32Array[], weights: readonly number[]): Float32Array {
  const sum = new Float32Array(vectors[0]?.length ?? 0);
  for (const [index, vector] of vectors.entries()) {
    const weight = weights[index] ?? 0;
    for (const [place, value] of vector.entries()) sum[place] = (sum[place] ?? 0) + weight * value;
  }
  const length = Math.hypot(...sum);
  return length === 0 ? (vectors[0] ?? sum) : sum.map((value) => value / length);
}
