/** The one form of a model's name: Ollama's own registry and library left out, a tag always there, in lower case. */
export function canonicalName(name: string): string {
  const short = name
    .trim()
    .toLowerCase()
    .replace(/^(?:https?:\/\/)?registry\.ollama\.ai\//, '')
    .replace(/^library\//, '');
  return /:[^/]*$/.test(short) ? short : `${short}:latest`;
}

/** Whether two names mean the same model: `x` is `x:latest`. */
export function isSameModel(one: string, other: string): boolean {
  return canonicalName(one) === canonicalName(other);
}

/** A model's name without registry, owner and tag: `qwen3` of `someone/qwen3:8b`. */
export function familyName(name: string): string {
  return canonicalName(name)
    .replace(/:[^/]*$/, '')
    .replace(/^.*\//, '');
}
