/** How alike two names must be to be suggested for each other. */
const MIN_LIKENESS = 0.4;

/**
 * The names that somebody may have meant, most alike first. Likeness is the Sørensen–Dice coefficient of letter pairs,
 * without case, marks and a file's ending; a name that holds the other counts as alike.
 */
export function nearNames(wanted: string, names: readonly string[], limit: number): string[] {
  const [plain, pairs] = [plainOf(wanted), pairsOf(plainOf(wanted))];
  return names
    .map((name) => ({ name, likeness: likenessOf(plain, pairs, plainOf(name)) }))
    .filter(({ likeness }) => likeness >= MIN_LIKENESS)
    .sort((one, other) => other.likeness - one.likeness || (one.name < other.name ? -1 : 1))
    .slice(0, limit)
    .map(({ name }) => name);
}

function likenessOf(plain: string, pairs: ReadonlySet<string>, other: string): number {
  if (plain === other) return 2;
  if (plain !== '' && other !== '' && (plain.includes(other) || other.includes(plain))) return 1;
  const otherPairs = pairsOf(other);
  const shared = [...pairs].filter((pair) => otherPairs.has(pair)).length;
  return pairs.size + otherPairs.size === 0 ? 0 : (2 * shared) / (pairs.size + otherPairs.size);
}

function plainOf(name: string): string {
  return name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/\.[a-z0-9]{1,5}$/, '')
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

function pairsOf(text: string): ReadonlySet<string> {
  return new Set(Array.from({ length: Math.max(0, text.length - 1) }, (_, at) => text.slice(at, at + 2)));
}
