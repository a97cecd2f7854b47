/** Characters of the server's words that are looked at. */
const MAX_CHARACTERS = 300;

/**
 * What Ollama's errors say, by what stands in them (server/routes.go, llm/server.go). The server may repeat what it was
 * sent, which is a member's or a document's text, so that the log gets one of these and never the words themselves.
 */
const KNOWN: readonly (readonly [RegExp, string])[] = [
  [/context length|input (?:length|is too large)/i, 'the text is longer than the context of the model'],
  [/more system memory|out of memory|cudaMalloc failed/i, 'there is too little memory for the model'],
  [/not found|file does not exist|invalid model name/i, 'there is no such model'],
  [/does not support/i, 'the model does not support this'],
  [/runner process|running the model|unexpected EOF/i, 'the process of the model ended or failed'],
  [/failed to load|unable to load/i, 'the model could not be loaded'],
  [/maximum pending requests|busy/i, 'the server is busy'],
  [/no space left/i, 'the disk is full'],
];

/** The part of the server's words that is kept for telling failures apart. */
export function beginningOf(words: string): string {
  return words.slice(0, MAX_CHARACTERS);
}

/** What the server's words come to, in words of ours: for the log. */
export function classOf(words: string): string {
  return KNOWN.find(([pattern]) => pattern.test(words))?.[1] ?? "a reason that Ollama's own log has";
}
