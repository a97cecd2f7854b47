/** What was written: a question, or a command such as `/summary`. */
export type Written = { readonly text: string } | { readonly command: string };

/** Reads what was written; undefined for nothing. A slash makes a command of the names in `commands` alone. */
export function readWritten(value: string, commands: readonly string[]): Written | undefined {
  const text = value.trim();
  if (text === '') return undefined;
  const command = /^\/([a-z][a-z-]*)$/.exec(text)?.[1];
  return command !== undefined && commands.includes(command) ? { command } : { text };
}
