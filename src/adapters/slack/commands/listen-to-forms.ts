import type { App } from '@slack/bolt';
import { z } from 'zod';
import type { CommandDefinition } from '../../../core/chat/command.js';
import { DocentError, toDocentError } from '../../../core/errors.js';
import { type Listening, inTime } from '../events/listening.js';
import { attachmentsOf } from '../events/slack-file.js';
import type { Workspace } from '../install/workspaces.js';
import { COMMAND_FORM, type FormContext, readFormContext } from './command-form.js';
import { type SubmittedView, fieldOf, filesIn, inputErrors, submittedViewSchema, valuesIn } from './form-values.js';
import { interactionSchema, tenantOfInteraction } from './interaction.js';
import { CREATOR_BLOCK, FILES_BLOCK } from './open-form.js';
import { runCommand } from './run-command.js';

const bodySchema = interactionSchema.extend({ view: submittedViewSchema });
const directSchema = z.object({ channel: z.object({ id: z.string() }) });

/** Listens to submitted forms: what is wrong is said at its field, and nothing is closed before the command is kept. */
export function listenToForms(app: App, listening: Listening): void {
  const { host, workspaces, logger } = listening;

  async function channelOf({ channelId }: FormContext, workspace: Workspace, userId: string): Promise<string> {
    if (channelId !== '') return channelId;
    const { channel } = await inTime(listening, (signal) =>
      workspace.api.call('conversations.open', { users: userId }, { response: directSchema, signal }),
    );
    return channel.id;
  }

  function errorsIn(view: SubmittedView, command: CommandDefinition, input: ReturnType<typeof valuesIn>) {
    if (command.attachments === 'required' && filesIn(view, FILES_BLOCK).length === 0)
      return { [FILES_BLOCK]: 'Choose at least one file.' };
    return inputErrors(command, input);
  }

  app.view(COMMAND_FORM, async ({ body, ack }) => {
    const { view, user, ...interaction } = bodySchema.parse(body);
    const firstBlock = Object.keys(view.state.values)[0] ?? FILES_BLOCK;
    try {
      const context = readFormContext(view.private_metadata);
      const command = host.commands.find(({ name }) => name === context.command);
      if (command === undefined)
        throw new DocentError('COMMAND_UNKNOWN', { userMessage: `There is no command "${context.command}" any more.` });
      const input = valuesIn(view, command, context.given);
      const errors = errorsIn(view, command, input);
      if (errors !== undefined) {
        await ack({ response_action: 'errors', errors });
        return;
      }
      const workspace = await workspaces.find(tenantOfInteraction({ user, ...interaction }));
      await runCommand(listening, {
        workspace,
        command,
        input,
        channelId: await channelOf(context, workspace, user.id),
        threadTs: context.threadTs,
        userId: user.id,
        id: ['view', view.id, view.hash],
        attachments: attachmentsOf(filesIn(view, FILES_BLOCK)),
        // The core checks it: a form is no proof of what may be chosen.
        creatorId: fieldOf(view, CREATOR_BLOCK)?.selected_option?.value,
        responseUrl: context.responseUrl,
      });
      await ack();
    } catch (error) {
      const { userMessage, code } = toDocentError(error);
      logger.warn('slack.form-refused', { code }, error);
      await ack({ response_action: 'errors', errors: { [firstBlock]: userMessage } });
    }
  });
}
