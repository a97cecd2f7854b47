import type { App } from '@slack/bolt';
import { z } from 'zod';
import { asWritten } from '../../../core/chat/escape.js';
import { unseenReply } from '../../../core/chat/guarded-reply.js';
import { describeInput } from '../../../core/chat/command-input.js';
import type { CommandDefinition } from '../../../core/chat/command.js';
import { type OutgoingMessage, notice } from '../../../core/chat/outgoing-message.js';
import { toDocentError } from '../../../core/errors.js';
import { isRefused } from '../api/slack-refusal.js';
import { ACTION_PREFIX, type PressedAction, readPressed } from '../draw/message-actions.js';
import { blocksOf, drawParts, previewOf } from '../draw/message-parts.js';
import { chatEvent, commandBody, slackTime } from '../events/chat-events.js';
import { type Listening, inTime } from '../events/listening.js';
import type { Workspace } from '../install/workspaces.js';
import { openForm, openView } from './open-form.js';
import { interactionSchema, tenantOfInteraction } from './interaction.js';
import { drawPassage, drawWaiting } from './passage-view.js';
import { runCommand } from './run-command.js';

const bodySchema = interactionSchema.extend({
  actions: z
    .array(z.object({ action_id: z.string(), value: z.string().default(''), action_ts: z.string().default('') }))
    .min(1),
  channel: z.object({ id: z.string() }).optional(),
  message: z.object({ ts: z.string(), thread_ts: z.string().optional() }).optional(),
  container: z
    .object({
      is_ephemeral: z.boolean().optional(),
      message_ts: z.string().optional(),
      thread_ts: z.string().optional(),
    })
    .default({}),
});

/** A button that somebody pressed. */
interface Press {
  readonly workspace: Workspace;
  readonly command: CommandDefinition;
  readonly pressed: PressedAction;
  readonly channelId: string;
  readonly threadTs: string | null;
  readonly userId: string;
  readonly triggerId: string;
  readonly responseUrl: string | null;
  readonly isEphemeral: boolean;
  readonly id: readonly string[];
}

const anySchema = z.object({});

/** Listens to the buttons of messages: each runs a command for the person who presses it. */
export function listenToButtons(app: App, listening: Listening): void {
  const { host, workspaces, responseUrls, clock, logger } = listening;

  async function readPress(body: unknown): Promise<Press | undefined> {
    const interaction = bodySchema.parse(body);
    const { actions, channel, message, container, user, trigger_id: triggerId } = interaction;
    const [action] = actions;
    const pressed = readPressed(action?.value ?? '');
    const command = host.commands.find(({ name }) => name === pressed?.command);
    if (action === undefined || pressed === undefined || command === undefined || channel === undefined)
      return undefined;
    return {
      workspace: await workspaces.find(tenantOfInteraction(interaction)),
      command,
      pressed,
      channelId: channel.id,
      threadTs: message?.thread_ts ?? container.thread_ts ?? message?.ts ?? container.message_ts ?? null,
      userId: user.id,
      triggerId,
      responseUrl: interaction.response_url ?? null,
      isEphemeral: container.is_ephemeral === true,
      id: ['action', channel.id, user.id, action.action_ts, action.action_id],
    };
  }

  /** Runs a command while the person waits. */
  async function execute({
    workspace,
    command,
    pressed,
    channelId,
    threadTs,
    userId,
    id,
  }: Press): Promise<OutgoingMessage> {
    const { signal } = new AbortController();
    const role = await inTime(listening, (inside) => listening.members.role(workspace, userId, inside));
    const receivedAt = clock.now();
    const event = chatEvent(
      { workspace, channelId, threadTs, userId, role },
      {
        id,
        receivedAt,
        body: commandBody(command.name, pressed.input),
        reply: { kind: 'private', askedTs: slackTime(receivedAt) },
      },
    );
    return host.execute(event, unseenReply, signal);
  }

  async function tell(
    { responseUrl, isEphemeral }: Pick<Press, 'responseUrl' | 'isEphemeral'>,
    message: OutgoingMessage,
  ): Promise<void> {
    const [part] = drawParts(message);
    if (responseUrl === null || part === undefined) return;
    const shown = {
      response_type: 'ephemeral',
      replace_original: isEphemeral,
      text: previewOf(part),
      blocks: blocksOf(part),
    };
    await responseUrls.send(responseUrl, shown, new AbortController().signal);
  }

  /** The form opens at once, before Slack stops waiting for it, and is filled when the passage is there. */
  async function showPassage(press: Press): Promise<void> {
    const { workspace, triggerId } = press;
    const opened = await inTime(listening, (signal) => openView(workspace, triggerId, drawWaiting(), signal)).catch(
      () => undefined,
    );
    const message = await execute(press);
    if (opened === undefined) {
      await tell({ ...press, isEphemeral: false }, message);
      return;
    }
    const view = { view_id: opened, view: drawPassage(message) };
    const { signal } = new AbortController();
    await workspace.api.call('views.update', view, { response: anySchema, signal }).catch((error: unknown) => {
      // Whoever closed it does not wait for it any more.
      if (!isRefused(error, 'not_found')) throw error;
    });
  }

  /** The vote counts from the press; what the form brings replaces it. */
  async function askMore(press: Press, asks: string): Promise<void> {
    const { workspace, command, pressed, channelId, threadTs, userId, triggerId, responseUrl } = press;
    const context = { command: command.name, given: pressed.input, channelId, threadTs, responseUrl };
    const fields = describeInput(command).filter(({ name }) => name === asks);
    const [opened, outcome] = await Promise.allSettled([
      openForm(listening, command, { workspace, userId, triggerId, context }, fields),
      execute(press),
    ]);
    if (outcome.status === 'rejected') throw outcome.reason;
    if (opened.status === 'rejected' || outcome.value.kind === 'error')
      await tell({ ...press, isEphemeral: false }, outcome.value);
  }

  async function press(one: Press): Promise<void> {
    const { asks, input } = one.pressed;
    if (asks !== undefined) await askMore(one, asks);
    else if (one.command.name === 'passage') await showPassage(one);
    else
      await runCommand(listening, {
        ...one,
        input,
        replacesOriginal: one.isEphemeral,
      });
  }

  app.action(
    { type: 'block_actions', action_id: new RegExp(`^${ACTION_PREFIX.replace('.', String.raw`\.`)}`) },
    async ({ body, ack }) => {
      await ack();
      const one = await readPress(body);
      if (one === undefined) return;
      try {
        await press(one);
      } catch (error) {
        const { userMessage, code } = toDocentError(error);
        logger.warn('slack.button-refused', { command: one.command.name, code }, error);
        await tell({ ...one, isEphemeral: false }, notice(asWritten(userMessage)));
      }
    },
  );
}
