import {
  type APIApplicationCommandOptionChoice,
  type APIModalInteractionResponseCallbackData,
  InteractionResponseType,
  MessageFlags,
  RequestMethod,
} from 'discord.js';
import { z } from 'zod';
import { isRefusal } from '../api/discord-errors.js';
import { payloadOf, textBody } from '../draw/message-body.js';
import { type RestApi, anyAnswer } from '../api/rest-api.js';
import { postedMessageSchema } from '../api/wire.js';
import type { WireInteraction } from '../api/wire-interaction.js';

type Acknowledged = Pick<WireInteraction, 'id' | 'token' | 'application_id'>;

const deferredSchema = z.object({ resource: z.object({ message: postedMessageSchema.pick({ id: true }) }) });

/** The first responses to interactions. Discord takes one, within three seconds. */
export interface Acknowledgements {
  /**
   * Says that an answer follows, and returns the id of the message that it will be. One that was acknowledged before, by a
   * request whose answer got lost, counts as acknowledged.
   * @throws DocentError as `RestApi.call`
   */
  defer(interaction: Acknowledged, isPrivate: boolean): Promise<string>;
  /** Shows a form. @throws DocentError as `RestApi.call`. */
  showForm(interaction: Acknowledged, form: APIModalInteractionResponseCallbackData): Promise<void>;
  /** Offers values for what is being typed. @throws DocentError as `RestApi.call`. */
  offer(interaction: Acknowledged, choices: readonly APIApplicationCommandOptionChoice<string>[]): Promise<void>;
  /** Answers at once, for that person alone. @throws DocentError as `RestApi.call`. */
  tell(interaction: Acknowledged, text: string): Promise<void>;
}

/** Sends them over the API. */
export function createAcknowledgements(api: RestApi): Acknowledgements {
  const respond = <Shape extends z.ZodType>(
    { id, token }: Acknowledged,
    body: object,
    answer: Shape,
    query: Readonly<Record<string, string>> = {},
  ): Promise<z.output<Shape>> => {
    const path = `/interactions/${id}/${token}/callback` as const;
    return api.call({ method: RequestMethod.Post, path, body, query, isBot: false }, answer);
  };

  async function original({ application_id: applicationId, token }: Acknowledged): Promise<string> {
    const path = `/webhooks/${applicationId}/${token}/messages/@original` as const;
    return (await api.call({ method: RequestMethod.Get, path, isBot: false }, postedMessageSchema)).id;
  }

  return {
    async defer(interaction, isPrivate) {
      const body = {
        type: InteractionResponseType.DeferredChannelMessageWithSource,
        data: isPrivate ? { flags: MessageFlags.Ephemeral } : {},
      };
      try {
        const { resource } = await respond(interaction, body, deferredSchema, { with_response: 'true' });
        return resource.message.id;
      } catch (error) {
        if (!isRefusal(error, 'alreadyAcknowledged')) throw error;
        return original(interaction);
      }
    },
    async showForm(interaction, data) {
      await respond(interaction, { type: InteractionResponseType.Modal, data }, anyAnswer);
    },
    async offer(interaction, choices) {
      const body = { type: InteractionResponseType.ApplicationCommandAutocompleteResult, data: { choices } };
      await respond(interaction, body, anyAnswer);
    },
    async tell(interaction, text) {
      const { body } = payloadOf(textBody(text));
      const data = { ...body, flags: MessageFlags.Ephemeral };
      await respond(interaction, { type: InteractionResponseType.ChannelMessageWithSource, data }, anyAnswer);
    },
  };
}
