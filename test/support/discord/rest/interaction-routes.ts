import type { Interaction } from '../interaction-run.js';
import { editAnswer, followUp, messageOf, openInteraction, respond } from '../interaction-responses.js';
import { deleteMessage } from '../messages.js';
import { Refusal } from '../refusal.js';
import { shownMessage } from '../shown-message.js';
import { MessageFlags } from 'discord.js';
import { type Answer, type Call, type Route, nothing, ok } from './route.js';

function callback(call: Call): Answer {
  const { world, body, files, query } = call;
  const interaction = world.interactions.get(call.parameter('token'));
  if (interaction?.id !== call.parameter('interaction')) throw new Refusal('UNKNOWN_INTERACTION');
  respond(world, interaction, body, files);
  if (query.get('with_response') !== 'true') return nothing;
  const { original } = interaction;
  const flags = original?.flags ?? 0;
  const { type } = body as { readonly type: number };
  return ok({
    interaction: {
      id: interaction.id,
      type: interaction.type,
      channel_id: interaction.channel.id,
      ...(interaction.channel.guild !== undefined && { guild_id: interaction.channel.guild.id }),
      ...(original !== undefined && {
        response_message_id: original.id,
        response_message_loading: (flags & MessageFlags.Loading) !== 0,
        response_message_ephemeral: (flags & MessageFlags.Ephemeral) !== 0,
      }),
    },
    resource: { type, ...(original !== undefined && { message: shownMessage(world, original, true) }) },
  });
}

function opened(call: Call): Interaction {
  if (call.parameter('application') !== call.world.applicationId) throw new Refusal('UNKNOWN_WEBHOOK');
  return openInteraction(call.world, call.parameter('token'));
}

/** Responses to interactions; the token in the path is the secret (receiving-and-responding, Endpoints). */
export const interactionRoutes: readonly Route[] = [
  { method: 'POST', path: '/interactions/:interaction/:token/callback', isOpen: true, handle: callback },
  {
    method: 'POST',
    path: '/webhooks/:application/:token',
    isOpen: true,
    handle: (call) =>
      ok(shownMessage(call.world, followUp(call.world, opened(call), call.body ?? {}, call.files), true)),
  },
  {
    method: 'GET',
    path: '/webhooks/:application/:token/messages/:message',
    isOpen: true,
    handle: (call) => ok(shownMessage(call.world, messageOf(opened(call), call.parameter('message')), true)),
  },
  {
    method: 'PATCH',
    path: '/webhooks/:application/:token/messages/:message',
    isOpen: true,
    handle(call) {
      const interaction = opened(call);
      const message = messageOf(interaction, call.parameter('message'));
      return ok(
        shownMessage(call.world, editAnswer(call.world, interaction, message, call.body ?? {}, call.files), true),
      );
    },
  },
  {
    method: 'DELETE',
    path: '/webhooks/:application/:token/messages/:message',
    isOpen: true,
    handle(call) {
      const interaction = opened(call);
      deleteMessage(call.world, interaction.channel, messageOf(interaction, call.parameter('message')));
      return nothing;
    },
  },
];
