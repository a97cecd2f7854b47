import { randomBytes } from 'node:crypto';
import { type APIUser, type InteractionType, Locale } from 'discord.js';
import type { Acknowledgement, Interaction } from './interaction-run.js';
import { channelPayload, guildSummary, memberPayload } from './payloads.js';
import { permissionsOf } from './permissions.js';
import { shownMessage } from './shown-message.js';
import type { World } from './state.js';
import type { Channel, Message } from './world.js';

/** How long the first response may take (receiving-and-responding, Interaction Callback). */
export const RESPONSE_MS = 3_000;
/** How long the token lives. */
export const TOKEN_MS = 900_000;
const UPLOAD_LIMIT_BYTES = 10_485_760;
const DIRECT_PERMISSIONS = 180_224n;

/** What a person starts. */
export interface InteractionStart {
  readonly type: InteractionType;
  readonly user: APIUser;
  readonly channel: Channel;
  readonly data: object;
  readonly source?: Message | undefined;
}

/** A promise and what settles it. Nobody need wait for it. */
interface Outcome<Value> {
  readonly promise: Promise<Value>;
  resolve(value: Value): void;
  reject(error: Error): void;
}

function createOutcome<Value>(): Outcome<Value> {
  let settle: Pick<Outcome<Value>, 'resolve' | 'reject'> | undefined;
  const promise = new Promise<Value>((resolve, reject) => {
    settle = { resolve, reject };
  });
  promise.catch(() => undefined);
  return { promise, resolve: (value) => settle?.resolve(value), reject: (error) => settle?.reject(error) };
}

/** Starts an interaction: the sessions are told, and 3 seconds begin. */
export function startInteraction(world: World, { type, user, channel, data, source }: InteractionStart): Interaction {
  const id = world.nextId();
  const acknowledged = createOutcome<Acknowledgement>();
  const replied = createOutcome<Message>();
  const owners = channel.guild === undefined ? { 1: user.id } : { 0: channel.guild.id };
  const cancel = world.clock.after(RESPONSE_MS, () => {
    const error = new Error('The application did not respond');
    acknowledged.reject(error);
    replied.reject(error);
  });
  const interaction: Interaction = {
    id,
    token: randomBytes(32).toString('base64url'),
    type,
    user,
    channel,
    createdAtMs: world.clock.now(),
    metadata: { id, type, user, authorizing_integration_owners: owners } as Interaction['metadata'],
    source,
    messages: [],
    original: undefined,
    openModal: undefined,
    choices: [],
    acknowledgement: undefined,
    acknowledge(how) {
      cancel();
      Object.assign(interaction, { acknowledgement: how });
      acknowledged.resolve(how);
    },
    show: (message) => replied.resolve(message),
    acknowledged: () => acknowledged.promise,
    reply: () => replied.promise,
    async modal() {
      const how = await acknowledged.promise;
      if (interaction.openModal === undefined)
        throw new Error(`The application opened no modal: its response was "${how}"`);
      return interaction.openModal;
    },
  };
  world.interactions.set(interaction.token, interaction);
  world.dispatch({
    type: 'INTERACTION_CREATE',
    data: () => interactionPayload(world, interaction, data),
    guildId: channel.guild?.id,
    intents: 0,
  });
  return interaction;
}

function interactionPayload(world: World, interaction: Interaction, data: object): object {
  const { id, token, type, user, channel, source, metadata } = interaction;
  const { guild } = channel;
  const member = guild?.members.get(user.id);
  return {
    id,
    application_id: world.applicationId,
    type,
    token,
    version: 1,
    data,
    channel_id: channel.id,
    channel: channelPayload(world, channel),
    locale: Locale.EnglishUS,
    entitlements: [],
    authorizing_integration_owners: metadata.authorizing_integration_owners,
    context: guild === undefined ? 1 : 0,
    attachment_size_limit: UPLOAD_LIMIT_BYTES,
    app_permissions: String(guild === undefined ? DIRECT_PERMISSIONS : permissionsOf(guild, world.bot.id, channel)),
    ...(source !== undefined && { message: shownMessage(world, source, true) }),
    ...(guild === undefined || member === undefined
      ? { user }
      : {
          guild_id: guild.id,
          guild_locale: Locale.EnglishUS,
          guild: {
            id: guild.id,
            locale: Locale.EnglishUS,
            features: (guildSummary(guild) as { features: string[] }).features,
          },
          member: { ...memberPayload(member), user, permissions: String(permissionsOf(guild, user.id, channel)) },
        }),
  };
}
