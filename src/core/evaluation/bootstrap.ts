/** A difference and the interval that holds it in 95 of 100 samples. */
export interface PairedDifference {
  /** The figures of both over the questions that they share. */
  readonly base: number;
  readonly other: number;
  readonly difference: number;
  readonly low: number;
  readonly high: number;
}

const RESAMPLES = 1_000;
const TAIL = 0.025;

/**
 * The paired bootstrap (Efron 1979; for systems on the same questions, Sakai 2006): questions are drawn with
 * replacement a thousand times, the same ones for both. Deterministic.
 * @param pairs what both made of each question: first the base, then the other
 * @param measure a figure over outcomes; undefined where they hold nothing to measure
 * @returns other less base; undefined where either holds nothing to measure
 */
export function pairedDifference<Outcome>(
  pairs: readonly (readonly [Outcome, Outcome])[],
  measure: (outcomes: readonly Outcome[]) => number | undefined,
): PairedDifference | undefined {
  const differenceOf = (sample: readonly (readonly [Outcome, Outcome])[]): number | undefined => {
    const first = measure(sample.map(([one]) => one));
    const second = measure(sample.map(([, one]) => one));
    return first === undefined || second === undefined ? undefined : second - first;
  };
  const base = measure(pairs.map(([first]) => first));
  const other = measure(pairs.map(([, second]) => second));
  if (base === undefined || other === undefined) return undefined;
  const difference = other - base;
  const random = createRandom();
  const differences = Array.from({ length: RESAMPLES }, () =>
    differenceOf(pairs.map((pair) => pairs[Math.floor(random() * pairs.length)] ?? pair)),
  )
    .filter((value) => value !== undefined)
    .toSorted((a, b) => a - b);
  const at = (share: number): number => differences[Math.round(share * (differences.length - 1))] ?? difference;
  return { base, other, difference, low: at(TAIL), high: at(1 - TAIL) };
}

/** Numbers from 0 to 1 that look random and are always the same (mulberry32, Tommy Ettinger 2017). */
function createRandom(): () => number {
  let state = 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
