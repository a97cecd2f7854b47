import type { App, ViewSubmitAction } from '@slack/bolt';
import { z } from 'zod';
import type { CommandDefinition } from '../../../core/chat/command.js';
import { asWritten } from '../../../core/chat/escape.js';
import { notice } from '../../../core/chat/outgoing-message.js';
import { DocentError, toDocentError } from '../../../core/errors.js';
import { blocksOf, drawParts, previewOf } from '../draw/message-parts.js';
import { type Listening, acknowledgeOnce, acknowledging, inTime } from '../events/listening.js';
import { attachmentsOf } from '../events/slack-file.js';
import type { Workspace } from '../install/workspaces.js';
import { COMMAND_FORM, type FormContext, readFormContext } from './command-form.js';
import { type SubmittedView, fieldOf, filesIn, inputErrors, submittedViewSchema, valuesIn } from './form-values.js';
import { interactionSchema, tenantOfInteraction } from './interaction.js';
import { CREATOR_BLOCK, FILES_BLOCK } from './open-form.js';
import { runCommand } from './run-command.js';
import { tellDirectly } from './tell-directly.js';

const bodySchema = interactionSchema.extend({ view: submittedViewSchema });
const directSchema = z.object({ channel: z.object({ id: z.string() }) });

/** Listens to submitted forms: what is wrong is said at its field, and nothing is closed before the command is kept. */
export function listenToForms(app: App, listening: Listening): void {
  const { host, workspaces, responseUrls, logger } = listening;

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

  /** Runs the command; says what is wrong instead, by the block to show it at. */
  async function take(
    submitted: z.infer<typeof bodySchema>,
    context: FormContext,
  ): Promise<Record<string, string> | undefined> {
    const { view, user } = submitted;
    const command = host.commands.find(({ name }) => name === context.command);
    if (command === undefined)
      throw new DocentError('COMMAND_UNKNOWN', { userMessage: `There is no command "${context.command}" any more.` });
    const input = valuesIn(view, command, context.given);
    const errors = errorsIn(view, command, input);
    if (errors !== undefined) return errors;
    const workspace = await workspaces.find(tenantOfInteraction(submitted));
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
    return undefined;
  }

  /** Tells what went wrong where the form is closed already. */
  async function tellLate(body: z.infer<typeof bodySchema>, { responseUrl }: FormContext, text: string): Promise<void> {
    const [part] = drawParts(notice(asWritten(text)));
    const { signal } = new AbortController();
    const message = part && { response_type: 'ephemeral', text: previewOf(part), blocks: blocksOf(part) };
    if (responseUrl !== null && message && (await responseUrls.send(responseUrl, message, signal))) return;
    await tellDirectly(listening, await workspaces.find(tenantOfInteraction(body)), body.user.id, body.view.id, text);
  }

  app.view<ViewSubmitAction>(COMMAND_FORM, async ({ body, ack }) => {
    const submitted = bodySchema.parse(body);
    const { view } = submitted;
    const context = readFormContext(view.private_metadata);
    const firstBlock = Object.keys(view.state.values)[0] ?? FILES_BLOCK;
    const acknowledge = acknowledgeOnce(ack);
    const refuse = (errors: Record<string, string>): Promise<boolean> =>
      acknowledge({ response_action: 'errors', errors });
    const work = async (): Promise<void> => {
      const errors = await take(submitted, context);
      if (errors !== undefined) await refuse(errors);
    };
    try {
      await acknowledging(listening, acknowledge, work());
    } catch (error) {
      const { userMessage, code } = toDocentError(error);
      logger.warn('slack.form-refused', { code }, error);
      const isShown = await refuse({ [firstBlock]: userMessage });
      if (!isShown) await tellLate(submitted, context, userMessage);
    }
  });
}
