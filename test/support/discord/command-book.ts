import type { APIApplicationCommand } from 'discord.js';
import { fieldRefusal, readForm } from './form.js';
import { type CommandBody, type CommandOption, commandSchema } from './limits/commands.js';
import { hasDuplicates } from './limits/fields.js';
import { Refusal } from './refusal.js';

const MAX_BY_TYPE = { 1: 100, 2: 15, 3: 15 } as const;
const MAX_CREATES_A_DAY = 200;
const DAY_MS = 86_400_000;

/** A command that is registered. */
export interface RegisteredCommand extends Omit<CommandBody, 'id'> {
  readonly id: string;
  readonly application_id: string;
  readonly guild_id?: string;
  readonly version: string;
}

/** The registered commands, by scope: `undefined` for global ones, or a guild's id. */
export interface CommandBook {
  readonly creates: number;
  list(scope: string | undefined): readonly RegisteredCommand[];
  /** Adds a command, or replaces the one of the same name and type. */
  upsert(scope: string | undefined, body: unknown): { readonly command: RegisteredCommand; readonly isNew: boolean };
  replaceAll(scope: string | undefined, bodies: readonly unknown[]): readonly RegisteredCommand[];
  /** @throws Refusal 10063 */
  find(scope: string | undefined, id: string): RegisteredCommand;
  patch(scope: string | undefined, id: string, body: object): RegisteredCommand;
  delete(scope: string | undefined, id: string): void;
}

/** Keeps commands as Discord does: creates are counted for a day, updates are not. */
export function createCommandBook(applicationId: string, nextId: () => string, now: () => number): CommandBook {
  const scopes = new Map<string | undefined, RegisteredCommand[]>();
  const createdAt: { readonly scope: string | undefined; readonly atMs: number }[] = [];
  const list = (scope: string | undefined): RegisteredCommand[] => scopes.get(scope) ?? [];

  const countCreate = (scope: string | undefined): void => {
    const today = createdAt.filter((created) => created.scope === scope && now() - created.atMs < DAY_MS);
    if (today.length >= MAX_CREATES_A_DAY) throw new Refusal('TOO_MANY_COMMAND_CREATES');
    createdAt.push({ scope, atMs: now() });
  };
  const register = (
    scope: string | undefined,
    body: CommandBody,
    known: RegisteredCommand | undefined,
  ): RegisteredCommand => {
    if (known === undefined) countCreate(scope);
    return {
      ...withDefaults(body),
      id: known?.id ?? nextId(),
      application_id: applicationId,
      ...(scope !== undefined && { guild_id: scope }),
      version: nextId(),
    };
  };
  const sameAs = (body: Pick<CommandBody, 'name' | 'type'>) => (known: RegisteredCommand) =>
    known.name === body.name && known.type === body.type;

  return {
    get creates() {
      return createdAt.length;
    },
    list,
    upsert(scope, raw) {
      const body = readForm(commandSchema, raw);
      const known = list(scope).find(sameAs(body));
      const others = list(scope).filter((command) => command !== known);
      checkCounts([...others, body]);
      const command = register(scope, body, known);
      scopes.set(scope, [...others, command]);
      return { command, isNew: known === undefined };
    },
    replaceAll(scope, raw) {
      const bodies = raw.map((body, index) => readInList(body, index));
      if (hasDuplicates(bodies.map(({ type, name }) => `${type} ${name}`)))
        throw fieldRefusal([], 'APPLICATION_COMMANDS_DUPLICATE_NAME', 'Application command names must be unique');
      checkCounts(bodies);
      const commands = bodies.map((body) => register(scope, body, list(scope).find(sameAs(body))));
      scopes.set(scope, commands);
      return commands;
    },
    find(scope, id) {
      const command = list(scope).find((known) => known.id === id);
      if (command === undefined) throw new Refusal('UNKNOWN_COMMAND');
      return command;
    },
    patch(scope, id, changes) {
      const known = this.find(scope, id);
      const { id: _id, application_id: _application, guild_id: _guild, version: _version, ...before } = known;
      const command = register(scope, readForm(commandSchema, { ...before, ...changes }), known);
      scopes.set(
        scope,
        list(scope).map((other) => (other === known ? command : other)),
      );
      return command;
    },
    delete(scope, id) {
      const known = this.find(scope, id);
      scopes.set(
        scope,
        list(scope).filter((command) => command !== known),
      );
    },
  };
}

/** As a list of commands shows one: translations are left out unless they are asked for. */
export function withoutTranslations(command: RegisteredCommand): object {
  const strip = <Item extends object>(item: Item): object =>
    Object.fromEntries(Object.entries(item).filter(([key]) => !key.endsWith('_localizations')));
  const stripOption = (option: CommandOption): object => ({
    ...strip(option),
    ...(option.choices !== undefined && { choices: option.choices?.map(strip) }),
    ...(option.options !== undefined && { options: option.options.map(stripOption) }),
  });
  return { ...strip(command), ...(command.options !== undefined && { options: command.options.map(stripOption) }) };
}

/** A registered command in the API's own type. */
export function asApiCommand(command: RegisteredCommand): APIApplicationCommand {
  return command as unknown as APIApplicationCommand;
}

function readInList(body: unknown, index: number): CommandBody {
  try {
    return readForm(commandSchema, body);
  } catch (error) {
    if (error instanceof Refusal && error.errors !== undefined)
      throw new Refusal('INVALID_FORM', { [index]: error.errors });
    throw error;
  }
}

function checkCounts(commands: readonly Pick<CommandBody, 'type'>[]): void {
  for (const [type, max] of Object.entries(MAX_BY_TYPE))
    if (commands.filter((command) => String(command.type) === type).length > max)
      throw new Refusal('TOO_MANY_COMMANDS');
}

function withDefaults(body: CommandBody): Omit<CommandBody, 'id'> {
  const { id: _id, ...fields } = body;
  return {
    ...fields,
    name_localizations: body.name_localizations ?? null,
    description_localizations: body.description_localizations ?? null,
    default_member_permissions: body.default_member_permissions ?? null,
    nsfw: body.nsfw ?? false,
    integration_types: body.integration_types ?? [0],
    contexts: body.contexts ?? null,
  };
}
