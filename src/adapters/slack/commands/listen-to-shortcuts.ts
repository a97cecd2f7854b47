import type { App } from '@slack/bolt';
import { z } from 'zod';
import { toDocentError } from '../../../core/errors.js';
import { asWritten } from '../../../core/chat/escape.js';
import { notice } from '../../../core/chat/outgoing-message.js';
import { SHORTCUTS } from '../app-surface.js';
import { drawParts, blocksOf, previewOf } from '../draw/message-parts.js';
import { type Listening, acknowledgeOnce, acknowledging } from '../events/listening.js';
import { attachmentsOf, slackFileSchema } from '../events/slack-file.js';
import { interactionSchema, tenantOfInteraction } from './interaction.js';
import { openForm } from './open-form.js';
import { tellDirectly } from './tell-directly.js';
import { runCommand } from './run-command.js';

const messageActionSchema = interactionSchema.extend({
  action_ts: z.string(),
  channel: z.object({ id: z.string() }),
  message: z.object({
    ts: z.string(),
    thread_ts: z.string().optional(),
    files: z.array(slackFileSchema).default([]),
  }),
});

/** Listens to shortcuts: the files of a message become knowledge, and a question is asked from anywhere. */
export function listenToShortcuts(app: App, listening: Listening): void {
  const { host, workspaces, responseUrls, logger } = listening;

  async function tell(responseUrl: string | null | undefined, text: string): Promise<void> {
    const [part] = drawParts(notice(asWritten(text)));
    if (responseUrl === null || responseUrl === undefined || part === undefined) return;
    const message = { response_type: 'ephemeral', text: previewOf(part), blocks: blocksOf(part) };
    await responseUrls.send(responseUrl, message, new AbortController().signal);
  }

  app.shortcut({ type: 'message_action', callback_id: SHORTCUTS.addToKnowledge }, async ({ body, ack }) => {
    const action = messageActionSchema.parse(body);
    const acknowledge = acknowledgeOnce(ack);
    const { message, channel, user, response_url: responseUrl = null } = action;
    const command = host.commands.find(({ addsDocuments }) => addsDocuments === true);
    try {
      if (command === undefined || message.files.length === 0) {
        await acknowledge();
        await tell(responseUrl, 'That message has no files. Choose this on a message with a file.');
        return;
      }
      const run = async (): Promise<void> =>
        runCommand(listening, {
          workspace: await workspaces.find(tenantOfInteraction(action)),
          command,
          input: {},
          channelId: channel.id,
          threadTs: message.thread_ts ?? message.ts,
          userId: user.id,
          id: ['shortcut', channel.id, action.action_ts],
          attachments: attachmentsOf(message.files),
          responseUrl,
        });
      await acknowledging(listening, acknowledge, run());
    } catch (error) {
      const { userMessage, code } = toDocentError(error);
      logger.warn('slack.shortcut-refused', { code }, error);
      await acknowledge();
      await tell(responseUrl, userMessage);
    }
  });

  app.shortcut({ type: 'shortcut', callback_id: SHORTCUTS.ask }, async ({ body, ack }) => {
    const action = interactionSchema.parse(body);
    await ack();
    const command = host.commands.find(({ answersQuestions }) => answersQuestions === true);
    if (command === undefined) return;
    // Without a channel the question is asked in the person's own talk with Docent.
    const context = { command: command.name, given: {}, channelId: '', threadTs: null, responseUrl: null };
    const workspace = await workspaces.find(tenantOfInteraction(action));
    const userId = action.user.id;
    try {
      await openForm(listening, command, { workspace, userId, triggerId: action.trigger_id, context });
    } catch (error) {
      const { userMessage, code } = toDocentError(error);
      logger.warn('slack.form-not-opened', { command: command.name, code }, error);
      await tellDirectly(listening, workspace, userId, action.trigger_id, `${userMessage} Or ask me right here.`);
    }
  });
}
