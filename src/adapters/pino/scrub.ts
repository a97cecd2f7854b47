import type { LogFields } from '../../core/ports/logger.js';

const HIDDEN = '[secret]';

/**
 * What secrets look like, each with what stays of it. Every pattern is bounded, so that a long text costs linear time.
 * The order matters: whole tokens first, then the places where any value is a secret.
 */
const secretPatterns: readonly (readonly [RegExp, string])[] = [
  // Discord bot tokens: base64 of the bot's id, a time, a signature.
  [/(?<![\w-])[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,45}(?![\w-])/g, HIDDEN],
  // Discord webhook and interaction addresses act for whoever knows them.
  [/(\/(?:webhooks|interactions)\/\d{1,20}\/)[\w-]{1,400}/g, `$1${HIDDEN}`],
  // Slack tokens, of bots, people, apps and refreshes.
  [/\b(?:xox[a-z](?:\.xox[a-z])?|xapp)-[\w-]{6,400}/g, HIDDEN],
  [/(hooks\.slack\.com\/)[\w/%-]{1,400}/g, `$1${HIDDEN}`],
  // Keys of model and code hosts, and JSON web tokens.
  [/\b(?:sk|pk|rk)-[\w-]{16,400}/g, HIDDEN],
  [/\b(?:gh[a-z]|github_pat|hf)_\w{16,400}/g, HIDDEN],
  [/\beyJ[\w-]{8,4000}\.[\w-]{8,4000}(?:\.[\w-]{0,4000})?/g, HIDDEN],
  // Authorization headers.
  [/\b(Bearer|Basic)(\s{1,4})[\w.~+/=-]{6,4000}/gi, `$1$2${HIDDEN}`],
  [/\b(Bot )[\w.-]{20,200}/g, `$1${HIDDEN}`],
  // The name and password in an address; a password may hold a slash or an @.
  [/(\b[a-z][a-z\d+.-]{1,20}:\/\/)[^\s/@"':]{0,200}:[^\s"']{1,400}@/gi, `$1${HIDDEN}@`],
  [/(\b[a-z][a-z\d+.-]{1,20}:\/\/)[^\s/@"']{1,400}@/gi, `$1${HIDDEN}@`],
  // Named values: ?token=…, "password": "…", api_key: …, also in JSON that stands as text in other JSON.
  [
    /((?:token|secret|password|passwd|signature|api[_-]?key|access[_-]?key|private[_-]?key)\\{0,3}["']?\s{0,4}[=:]\s{0,4}\\{0,3}["']?)[^\s"'&,;)}\]]{4,4000}/gi,
    `$1${HIDDEN}`,
  ],
  [/([?&](?:key|code|sig|hm|state)=)[^\s"'&]{4,4000}/gi, `$1${HIDDEN}`],
];

const secretNames = /(?:token|secret|password|authorization|cookie|api_?key)$/i;

/** The longest text of one value in a log line, in characters. */
const MAX_CHARACTERS = 8_000;

/** The text with every secret replaced, at most 8,000 characters long. */
export function scrub(text: string): string {
  let clean = text;
  for (const [pattern, replacement] of secretPatterns) clean = clean.replace(pattern, replacement);
  return clean.length > MAX_CHARACTERS ? `${clean.slice(0, MAX_CHARACTERS)}…` : clean;
}

/** The fields with secrets replaced in every text, and whole texts replaced where the name says secret. */
export function scrubFields(fields: LogFields): LogFields {
  const clean: Record<string, LogFields[string]> = {};
  for (const [name, value] of Object.entries(fields)) {
    const isSecret = typeof value === 'string' && secretNames.test(name);
    clean[name] = isSecret ? HIDDEN : typeof value === 'string' ? scrub(value) : value;
  }
  return clean;
}
