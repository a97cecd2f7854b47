import { type APIUser, ApplicationCommandOptionType, type ApplicationCommandType } from 'discord.js';
import type { CommandOption } from './limits/commands.js';
import type { RegisteredCommand } from './command-book.js';
import type { OptionValue, Person } from './people.js';
import { channelPayload, memberPayload, rolePayload } from './payloads.js';
import { permissionsOf } from './permissions.js';
import type { World } from './state.js';
import type { Channel, Role, Upload } from './world.js';

/** What an interaction brings of everything that its values name by id. */
export interface Resolved {
  readonly users: Record<string, object>;
  readonly members: Record<string, object>;
  readonly channels: Record<string, object>;
  readonly roles: Record<string, object>;
  readonly attachments: Record<string, object>;
}

/** Nothing is named yet. */
export function emptyResolved(): Resolved {
  return { users: {}, members: {}, channels: {}, roles: {}, attachments: {} };
}

/** Only what is there is sent. */
export function resolvedPayload(resolved: Resolved): object {
  const parts = Object.entries(resolved).filter(([, part]) => Object.keys(part as object).length > 0);
  return parts.length === 0 ? {} : { resolved: Object.fromEntries(parts) };
}

/**
 * The command that somebody sees under a name.
 * @throws Error when there is none, or they may not use it there.
 */
export function visibleCommand(
  world: World,
  {
    user,
    channel,
    name,
    type,
  }: {
    readonly user: APIUser;
    readonly channel: Channel;
    readonly name: string;
    readonly type: ApplicationCommandType;
  },
): RegisteredCommand {
  const { guild } = channel;
  const scopes = guild === undefined ? [undefined] : [guild.id, undefined];
  const command = scopes
    .flatMap((scope) => world.commands.list(scope))
    .find((known) => known.name === name && known.type === type);
  if (command === undefined) throw new Error(`there is no command "${name}" here`);
  const context = guild === undefined ? 1 : 0;
  if (command.contexts?.includes(context) === false)
    throw new Error(`"${name}" cannot be used here: its contexts do not name it`);
  if (channel.thread?.isArchived === true) throw new Error('commands cannot be used in an archived thread');
  if (guild !== undefined && !mayUse(command, permissionsOf(guild, user.id, channel)))
    throw new Error(`"${name}" is not shown to ${user.username}: they lack its default permissions`);
  return command;
}

function mayUse({ default_member_permissions: needed }: RegisteredCommand, permissions: bigint): boolean {
  if (typeof needed !== 'string' || (permissions & 8n) !== 0n) return true;
  const bits = BigInt(needed);
  return bits !== 0n && (permissions & bits) === bits;
}

/** What somebody typed into a command. */
export interface TypedOptions {
  readonly path: readonly string[];
  readonly values: Readonly<Record<string, OptionValue>>;
  /** The option that is being typed, of an autocompletion: nothing is required then. */
  readonly focused?: { readonly name: string; readonly value: string };
}

/** The data of a slash command. @throws Error for what Discord's own form would not let through. */
export function slashData(world: World, channel: Channel, command: RegisteredCommand, typed: TypedOptions): object {
  const resolved = emptyResolved();
  const options = optionsAt(command.options ?? [], typed.path, (leaf) =>
    leafOptions({ world, channel, resolved }, leaf, typed),
  );
  return {
    id: command.id,
    name: command.name,
    type: command.type,
    options,
    ...resolvedPayload(resolved),
    ...guildIdOf(command),
  };
}

function guildIdOf(command: RegisteredCommand): object {
  return command.guild_id === undefined ? {} : { guild_id: command.guild_id };
}

function optionsAt(
  options: readonly CommandOption[],
  [next, ...rest]: readonly string[],
  fill: (leaf: readonly CommandOption[]) => object[],
): object[] {
  if (next === undefined) {
    if (options.some(({ type }) => type <= 2)) throw new Error('the command is made of subcommands: name one');
    return fill(options);
  }
  const parent = options.find(({ name, type }) => name === next && type <= 2);
  if (parent === undefined) throw new Error(`there is no subcommand "${next}"`);
  return [{ name: next, type: parent.type, options: optionsAt(parent.options ?? [], rest, fill) }];
}

/** Where values are taken from and collected. */
export interface Resolver {
  readonly world: World;
  readonly channel: Channel;
  readonly resolved: Resolved;
}

function leafOptions(
  resolver: Resolver,
  options: readonly CommandOption[],
  { values, focused }: TypedOptions,
): object[] {
  for (const name of [...Object.keys(values), ...(focused === undefined ? [] : [focused.name])])
    if (!options.some((option) => option.name === name)) throw new Error(`the command has no option "${name}"`);
  return options.flatMap((option) => {
    const { name, type } = option;
    if (focused?.name === name) {
      if (option.autocomplete !== true) throw new Error(`the option "${name}" has no autocompletion`);
      return [{ name, type, value: focused.value, focused: true }];
    }
    const value = values[name];
    if (value !== undefined) return [{ name, type, value: valueOf(resolver, option, value) }];
    if (option.required === true && focused === undefined) throw new Error(`the option "${name}" is required`);
    return [];
  });
}

function valueOf(resolver: Resolver, option: CommandOption, value: OptionValue): string | number | boolean {
  const wrong = (): never => {
    throw new Error(
      `the option "${option.name}" is of type ${ApplicationCommandOptionType[option.type] ?? option.type}`,
    );
  };
  switch (option.type) {
    case ApplicationCommandOptionType.String:
      return typeof value === 'string' ? checkText(option, value) : wrong();
    case ApplicationCommandOptionType.Integer:
    case ApplicationCommandOptionType.Number:
      if (typeof value !== 'number') return wrong();
      if (option.type === ApplicationCommandOptionType.Integer && !Number.isInteger(value)) return wrong();
      return checkNumber(option, value);
    case ApplicationCommandOptionType.Boolean:
      return typeof value === 'boolean' ? value : wrong();
    case ApplicationCommandOptionType.Attachment:
      return typeof value === 'object' && 'bytes' in value
        ? resolveUpload(resolver, value, option.file_types)
        : wrong();
    default:
      return typeof value === 'object' && !('bytes' in value) ? resolveEntity(resolver, value, option.type) : wrong();
  }
}

function checkText(
  { name, choices, min_length: least = 0, max_length: most = 6_000 }: CommandOption,
  value: string,
): string {
  if ((choices?.length ?? 0) > 0 && choices?.some((choice) => choice.value === value) !== true)
    throw new Error(`"${value}" is not among the choices of "${name}"`);
  if (value.length < least || value.length > most)
    throw new Error(`"${name}" takes ${least} to ${most} characters, not ${value.length}`);
  return value;
}

function checkNumber(
  { name, choices, min_value: least = -Infinity, max_value: most = Infinity }: CommandOption,
  value: number,
): number {
  if ((choices?.length ?? 0) > 0 && choices?.some((choice) => choice.value === value) !== true)
    throw new Error(`${value} is not among the choices of "${name}"`);
  if (value < least || value > most) throw new Error(`"${name}" takes ${least} to ${most}, not ${value}`);
  return value;
}

/** Uploads a file that only the bot sees, and names it. @throws Error when its ending is not asked for. */
export function resolveUpload(
  { world, channel, resolved }: Resolver,
  upload: Upload,
  fileTypes: readonly string[] | undefined,
): string {
  const endings = (fileTypes ?? []).filter((type) => type.startsWith('.'));
  if (endings.length > 0 && !endings.some((ending) => upload.name.toLowerCase().endsWith(ending.toLowerCase())))
    throw new Error(`"${upload.name}" has none of the endings ${endings.join(', ')}`);
  const id = world.nextId();
  resolved.attachments[id] = world.files.add(upload, { id, channelId: channel.id, isEphemeral: true });
  return id;
}

/** Names a person, a role or a channel. @throws Error when it is of another kind than `type` asks for. */
export function resolveEntity(
  { world, channel, resolved }: Resolver,
  entity: Person | Channel | Role,
  type: ApplicationCommandOptionType,
): string {
  const { id } = entity;
  if (
    'user' in entity &&
    (type === ApplicationCommandOptionType.User || type === ApplicationCommandOptionType.Mentionable)
  ) {
    resolved.users[id] = entity.user;
    const member = channel.guild?.members.get(id);
    if (member !== undefined && channel.guild !== undefined)
      resolved.members[id] = {
        ...memberPayload(member),
        permissions: String(permissionsOf(channel.guild, id, channel)),
      };
    return id;
  }
  if ('messages' in entity && type === ApplicationCommandOptionType.Channel) {
    resolved.channels[id] = {
      ...channelPayload(world, entity),
      permissions: channel.guild === undefined ? '0' : String(permissionsOf(channel.guild, world.bot.id, entity)),
    };
    return id;
  }
  const role = channel.guild?.roles.get(id);
  if (
    channel.guild !== undefined &&
    role !== undefined &&
    (type === ApplicationCommandOptionType.Role || type === ApplicationCommandOptionType.Mentionable)
  ) {
    resolved.roles[id] = rolePayload(channel.guild, role);
    return id;
  }
  throw new Error(`${id} is not a ${ApplicationCommandOptionType[type] ?? type}`);
}
