import type { App } from '@slack/bolt';
import { describeInput } from '../../../core/chat/command-input.js';
import { parseCommandLine } from '../../../core/chat/command-line.js';
import type { CommandDefinition } from '../../../core/chat/command.js';
import { asWritten } from '../../../core/chat/escape.js';
import { notice } from '../../../core/chat/outgoing-message.js';
import { toDocentError } from '../../../core/errors.js';
import type { JsonValue } from '../../../core/json.js';
import { SLASH_COMMANDS } from '../app-surface.js';
import { blocksOf, drawParts, previewOf } from '../draw/message-parts.js';
import { readTypedText } from '../events/slack-text.js';
import { type Listening, acknowledgeOnce, acknowledging } from '../events/listening.js';
import type { Workspace } from '../install/workspaces.js';
import { type SlashCommand, slashCommandSchema } from './interaction.js';
import { openForm, writtenForm } from './open-form.js';
import { runCommand } from './run-command.js';

interface Asked {
  readonly command: CommandDefinition;
  readonly input: Record<string, JsonValue>;
}

/** Listens to slash commands. What one needs and was not typed is asked for in a form. */
export function listenToCommands(app: App, listening: Listening): void {
  const { host, workspaces, responseUrls, logger } = listening;

  function asked({ command, text }: SlashCommand): Asked {
    const typed = readTypedText(text).trim();
    if (command === SLASH_COMMANDS.docent) return parseCommandLine(typed === '' ? 'help' : typed, host.commands);
    const name = command === SLASH_COMMANDS.ask ? 'ask' : 'ingest';
    if (name === 'ask' && typed !== '') {
      const ask = host.commands.find((one) => one.answersQuestions === true);
      // A question is no command line: its dashes and quotes are its own.
      if (ask !== undefined) return { command: ask, input: { question: typed } };
    }
    return parseCommandLine(`${name} ${typed}`, host.commands);
  }

  /** Whether a form must ask for something. */
  function lacks({ command, input }: Asked): boolean {
    const isMissing = describeInput(command).some(({ name, isRequired }) => isRequired && input[name] === undefined);
    return isMissing || command.attachments === 'required';
  }

  async function showForm({ command, input }: Asked, slash: SlashCommand, workspace: Workspace): Promise<void> {
    const context = {
      command: command.name,
      given: input,
      channelId: slash.channel_id,
      threadTs: null,
      responseUrl: slash.response_url,
    };
    try {
      await openForm(listening, command, { workspace, userId: slash.user_id, triggerId: slash.trigger_id, context });
    } catch (error) {
      const { userMessage, code } = toDocentError(error);
      logger.warn('slack.form-not-opened', { command: command.name, code }, error);
      const instead = command.attachments === 'required' ? '' : ` Or type all of it: ${writtenForm(command)}`;
      await responseUrls.send(
        slash.response_url,
        privateMessage(`${asWritten(userMessage)}${instead}`),
        new AbortController().signal,
      );
    }
  }

  async function take(slash: SlashCommand, acknowledge: () => Promise<unknown>): Promise<void> {
    const workspace = await workspaces.find({
      teamId: slash.team_id,
      enterpriseId: slash.enterprise_id ?? undefined,
    });
    const run = asked(slash);
    if (lacks(run)) {
      await acknowledge();
      await showForm(run, slash, workspace);
      return;
    }
    await runCommand(listening, {
      ...run,
      workspace,
      channelId: slash.channel_id,
      threadTs: null,
      userId: slash.user_id,
      id: ['command', slash.trigger_id],
      responseUrl: slash.response_url,
    });
  }

  for (const name of Object.values(SLASH_COMMANDS))
    app.command(name, async ({ body, ack }) => {
      const slash = slashCommandSchema.parse(body);
      const acknowledge = acknowledgeOnce(ack);
      try {
        await acknowledging(listening, acknowledge, take(slash, acknowledge));
      } catch (error) {
        const { userMessage, code } = toDocentError(error);
        logger.info('slack.command-refused', { command: name, code });
        const message = privateMessage(asWritten(userMessage));
        if (!(await acknowledge(message)))
          await responseUrls.send(slash.response_url, message, new AbortController().signal);
      }
    });
}

/** A message for the person alone. */
function privateMessage(text: string) {
  const [part] = drawParts(notice(text));
  return part === undefined
    ? { response_type: 'ephemeral' as const, text }
    : { response_type: 'ephemeral' as const, text: previewOf(part), blocks: blocksOf(part) };
}
