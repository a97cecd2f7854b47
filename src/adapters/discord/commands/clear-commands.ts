import { type RESTPostAPIApplicationCommandsJSONBody, RequestMethod } from 'discord.js';
import { z } from 'zod';
import { type Collection, type RecordStore, SYSTEM_SCOPE } from '../../../core/ports/record-store.js';
import { isRefusal } from '../api/discord-errors.js';
import { anyAnswer } from '../api/rest-api.js';
import { type PublishOptions, commandsPath } from './publish-commands.js';

const placeSchema = z.object({ guildId: z.string().optional() });

/** The guild that the commands are registered in alone, by the app's id, in the system scope. */
const placeCollection = { name: 'discord-commands', schema: placeSchema } satisfies Collection<typeof placeSchema>;

/** A command as a list shows it; what is not Docent's stays as it is. */
const listedSchema = z.array(z.object({ id: z.string(), type: z.number().int(), name: z.string() }));

/**
 * Removes the commands from where they were registered before the setting changed: people would see each of them twice.
 * @throws DocentError as `RestApi.call` and `RecordStore.get`
 */
export async function clearFormerCommands(
  options: PublishOptions & { readonly recordStore: RecordStore },
  commands: readonly RESTPostAPIApplicationCommandsJSONBody[],
): Promise<void> {
  const { recordStore, applicationId, guildId } = options;
  const known = await recordStore.get(placeCollection, SYSTEM_SCOPE, applicationId);
  if (known !== undefined && known.value.guildId === guildId) return;
  const former = known?.value.guildId;
  if (guildId !== undefined) await clear({ ...options, guildId: undefined }, commands);
  if (former !== undefined) await clear({ ...options, guildId: former }, commands);
  const value = guildId === undefined ? {} : { guildId };
  await recordStore.put(placeCollection, SYSTEM_SCOPE, { id: applicationId, value });
}

async function clear(
  options: PublishOptions,
  commands: readonly RESTPostAPIApplicationCommandsJSONBody[],
): Promise<void> {
  const { api, signal } = options;
  const path = commandsPath(options);
  const own = new Set(commands.map(({ type, name }) => `${type}/${name}`));
  try {
    const registered = await api.call({ method: RequestMethod.Get, path, signal }, listedSchema);
    const ours = registered.filter(({ type, name }) => own.has(`${type}/${name}`));
    if (ours.length === 0) return;
    if (ours.length === registered.length) {
      await api.call({ method: RequestMethod.Put, path, body: [], signal }, anyAnswer);
      return;
    }
    for (const { id } of ours)
      await api.call({ method: RequestMethod.Delete, path: `${path}/${id}`, signal }, anyAnswer);
  } catch (error) {
    // Docent has left that guild, and its commands with it.
    if (!isRefusal(error, 'missingAccess', 'unknownGuild')) throw error;
  }
}
