import { isDeepStrictEqual } from 'node:util';
import { type RESTPostAPIApplicationCommandsJSONBody, RequestMethod } from 'discord.js';
import { z } from 'zod';
import { type RestApi, anyAnswer } from '../api/rest-api.js';

/** Where the commands are registered. */
export interface PublishOptions {
  readonly api: RestApi;
  readonly applicationId: string;
  /** One guild alone; undefined for everywhere. */
  readonly guildId: string | undefined;
  readonly signal: AbortSignal;
}

/** The route of the list that they are registered in. */
export function commandsPath({ applicationId, guildId }: Pick<PublishOptions, 'applicationId' | 'guildId'>) {
  const place = guildId === undefined ? '' : `/guilds/${guildId}`;
  return `/applications/${applicationId}${place}/commands` as const;
}

const commandsSchema = z.array(z.record(z.string(), z.unknown()));

/**
 * Registers the commands when they differ from what is registered: Discord allows 200 creates a day.
 * @returns whether anything was changed
 * @throws DocentError as `RestApi.call`
 */
export async function publishCommands(
  options: PublishOptions,
  commands: readonly RESTPostAPIApplicationCommandsJSONBody[],
): Promise<boolean> {
  const { api, guildId, signal } = options;
  const path = commandsPath(options);
  const registered = await api.call(
    { method: RequestMethod.Get, path, query: { with_localizations: 'true' }, signal },
    commandsSchema,
  );
  const placed = (all: readonly object[]): readonly object[] =>
    guildId === undefined ? all : all.map(withoutContexts);
  const wanted = placed(commands);
  if (isDeepStrictEqual(comparable(placed(registered)), comparable(wanted))) return false;
  await api.call({ method: RequestMethod.Put, path, body: wanted, signal }, anyAnswer);
  return true;
}

/** A guild's own commands are in that guild alone, and cannot say where else they are. */
function withoutContexts(command: object): object {
  return Object.fromEntries(
    Object.entries(command).filter(([name]) => name !== 'contexts' && name !== 'integration_types'),
  );
}

/** What Docent sets of a command; Discord adds ids, versions and defaults. */
const OWN_KEYS = [
  'type',
  'name',
  'name_localizations',
  'description',
  'description_localizations',
  'default_member_permissions',
  'contexts',
  'integration_types',
  'options',
  'required',
  'choices',
  'value',
  'autocomplete',
  'min_value',
  'max_value',
  'min_length',
  'max_length',
  'file_types',
];

function comparable(commands: readonly object[]): unknown[] {
  const key = ({ type, name }: { type?: unknown; name?: unknown }): string => `${String(type)}/${String(name)}`;
  return commands.map(ownPart).toSorted((one, other) => (key(one) < key(other) ? -1 : 1));
}

/** A command or option without what Discord added, and without what only says that there is nothing. */
function ownPart(command: object): Record<string, unknown> {
  const entries = Object.entries(command).flatMap(([name, value]): [string, unknown][] => {
    const isNothing =
      value === null ||
      value === undefined ||
      value === false ||
      value === '' ||
      (Array.isArray(value) && value.length === 0);
    if (isNothing || !OWN_KEYS.includes(name)) return [];
    const isOfCommands = (name === 'options' || name === 'choices') && Array.isArray(value);
    return [[name, isOfCommands ? (value as object[]).map(ownPart) : value]];
  });
  return Object.fromEntries(entries);
}
