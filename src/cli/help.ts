import type { CommandDescription } from '../adapters/terminal/protocol.js';
import { EVAL_DESCRIPTION } from './eval-help.js';
import { transferCommands } from './transfer.js';

const COMMON = `  --creator NAME   whose documents (default: DOCENT_CREATOR, or "default")
  --thread NAME    talk on in this thread: follow-up questions remember it
  --json           the result as JSON
  --help           how to use a command
`;

/** Commands of this program alone, which have neither arguments nor options. */
export const plainCommands = [
  { name: 'start', description: 'Starts Docent with its page, until it is stopped.' },
  { name: 'doctor', description: 'Shows what would start, how every part is, and how to fix it.' },
  { name: 'healthcheck', description: 'Says whether the Docent that runs is well, for supervisors.' },
] as const;

/** What `docent --help` says. */
export function overview(commands: readonly CommandDescription[]): string {
  const known = [
    ...plainCommands,
    { name: 'eval', description: EVAL_DESCRIPTION },
    ...transferCommands,
    ...commands.filter(({ name }) => name !== 'help'),
  ];
  const width = Math.max(...known.map(({ name }) => name.length));
  const lines = known.map(({ name, description }) => `  ${name.padEnd(width)}  ${description}\n`);
  return `Usage: docent COMMAND [ARGUMENTS] [OPTIONS]\n\nCommands\n${lines.join('')}\nOptions of every command\n${COMMON}
A Docent that runs on the data folder does the work; without one, the command does it itself.\n`;
}

/** What `docent COMMAND --help` says of a command without arguments. */
export function plainHelp({ name, description }: (typeof plainCommands)[number]): string {
  return `Usage: docent ${name}\n\n${description}\n\nIt has no options: settings are environment variables, or lines of a file .env.\n`;
}

/** What `docent COMMAND --help` says. */
export function commandHelp({ name, description, attachments, fields }: CommandDescription): string {
  // Files take the places of a command that works on them, so its inputs have to be named.
  const places = attachments === 'required' ? ['FILE-OR-FOLDER…'] : fields.filter(({ isFlag }) => !isFlag).map(placeOf);
  const rows = fields.map((field) => {
    const value = field.isFlag
      ? ''
      : ` ${field.choices.length > 0 ? field.choices.join('|') : field.name.toUpperCase()}`;
    const fallback = field.fallback === '' ? '' : ` Default: ${field.fallback}.`;
    // A flag that is on by itself is worth knowing by how it is taken off.
    const option =
      field.isFlag && field.fallback === 'yes' ? `--no-${field.option.slice(2)}` : `${field.option}${value}`;
    return [option, `${field.description}${fallback}`] as const;
  });
  const width = Math.max(15, ...rows.map(([option]) => option.length));
  const options = rows.map(([option, text]) => `  ${option.padEnd(width)}  ${text}\n`);
  return `Usage: docent ${[name, ...places, '[OPTIONS]'].join(' ')}\n\n${description}\n\n${options.length > 0 ? `Options\n${options.join('')}\n` : ''}Options of every command\n${COMMON}`;
}

function placeOf({ name, isRequired }: CommandDescription['fields'][number]): string {
  return isRequired ? name.toUpperCase() : `[${name.toUpperCase()}]`;
}
