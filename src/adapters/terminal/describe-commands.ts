import { describeInput, optionOf } from '../../core/chat/command-input.js';
import type { JsonValue } from '../../core/json.js';
import type { CommandDefinition } from '../../core/chat/command.js';
import type { CommandDescription } from './protocol.js';

/** The commands that people may type, as a command line needs to know them. */
export function describeCommands(commands: readonly CommandDefinition[]): CommandDescription[] {
  return commands
    .filter(({ hidden }) => hidden !== true)
    .map((command) => ({
      name: command.name,
      description: command.description,
      access: command.access,
      attachments: command.attachments ?? 'none',
      fields: describeInput(command).map((field) => ({
        name: field.name,
        option: optionOf(field),
        isFlag: field.kind === 'flag',
        isRequired: field.isRequired,
        description: field.description,
        choices: [...field.choices],
        fallback: inWords(field.fallback),
      })),
    }));
}

function inWords(value: JsonValue | undefined): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
