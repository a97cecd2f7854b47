import type { types } from '@slack/bolt';
import { z } from 'zod';
import {
  type InputField,
  describeInput,
  optionOf as writtenOption,
  usageOf,
} from '../../../core/chat/command-input.js';
import type { CommandDefinition } from '../../../core/chat/command.js';
import { commandBody, chatEvent, slackTime } from '../events/chat-events.js';
import { type Listening, inTime } from '../events/listening.js';
import type { Workspace } from '../install/workspaces.js';
import { type FormContext, drawForm, optionOf, FIELD_ACTION } from './command-form.js';
import { plainText } from '../draw/slack-markup.js';

/** Where a form is opened, and for whom. */
export interface FormOpening {
  readonly workspace: Workspace;
  readonly userId: string;
  readonly triggerId: string;
  readonly context: FormContext;
}

/** The field that takes the files. */
export const FILES_BLOCK = 'docent_files';
/** The field that names the creator, where there are several to choose from. */
export const CREATOR_BLOCK = 'docent_creator';
const MAX_FILES = 10;
/** How long a form waits for the creators that can be chosen, in milliseconds. */
const CREATORS_TIMEOUT_MS = 500;

const openedSchema = z.object({ view: z.object({ id: z.string() }) });

/** Shows a view to whoever just did something; its id. @throws SlackRefusal `expired_trigger_id` when it was too long ago. */
export async function openView(
  { api }: Workspace,
  triggerId: string,
  view: types.ModalView,
  signal: AbortSignal,
): Promise<string> {
  const { view: opened } = await api.call(
    'views.open',
    { trigger_id: triggerId, view },
    { response: openedSchema, signal, isRepeatable: false },
  );
  return opened.id;
}

/** Opens the form of a command: the fields it has, and a place for files where it takes some. @throws SlackRefusal */
export async function openForm(
  listening: Listening,
  command: CommandDefinition,
  opening: FormOpening,
  fields: readonly InputField[] = describeInput(command),
): Promise<void> {
  const takesFiles = (command.attachments ?? 'none') !== 'none';
  const more = takesFiles ? [filesBlock(listening), ...(await creatorBlocks(listening, opening))] : [];
  const view = drawForm(command, opening.context, fields, more);
  await inTime(listening, (signal) => openView(opening.workspace, opening.triggerId, view, signal));
}

/** What can be typed in place of a form. */
export function writtenForm(command: CommandDefinition): string {
  const options = describeInput(command).filter(({ isRequired }) => !isRequired);
  const more = options.length === 0 ? '' : ` (${options.map(writtenOption).join(', ')} are optional)`;
  return `\`/docent ${usageOf(command)}\`${more}`;
}

function filesBlock({ host }: Listening): types.InputBlock {
  return {
    type: 'input',
    block_id: FILES_BLOCK,
    label: plainText('Files', 75),
    hint: plainText(
      'At most 10 files of 10 MB. For larger ones, post the file and choose "Add to knowledge" on it.',
      150,
    ),
    element: {
      type: 'file_input',
      action_id: FIELD_ACTION,
      max_files: MAX_FILES,
      ...(host.acceptedExtensions.length === 0
        ? {}
        : { filetypes: host.acceptedExtensions.map((extension) => extension.replace(/^\./, '')) }),
    },
  };
}

/** The creators of this workspace, for who may choose among them: nobody names one of another workspace here. */
async function creatorsFor(
  { host, members, clock }: Listening,
  { workspace, userId, context }: Omit<FormOpening, 'triggerId'>,
): Promise<string[]> {
  const { signal } = new AbortController();
  const role = await members.role(workspace, userId, signal);
  const now = clock.now();
  const event = chatEvent(
    { workspace, channelId: context.channelId, threadTs: null, userId, role },
    {
      id: ['creators', userId, String(now)],
      receivedAt: now,
      body: commandBody('link', {}),
      reply: { kind: 'private', askedTs: slackTime(now) },
    },
  );
  return [...new Set(await host.suggest(event, 'creator', ''))];
}

async function creatorBlocks(listening: Listening, opening: FormOpening): Promise<types.InputBlock[]> {
  // The form matters more than this field, and Slack opens none after three seconds.
  const looked = inTime(listening, () => creatorsFor(listening, opening), CREATORS_TIMEOUT_MS);
  const creators = await looked.catch((): string[] => []);
  if (creators.length < 2) return [];
  return [
    {
      type: 'input',
      block_id: CREATOR_BLOCK,
      optional: true,
      label: plainText('Creator', 75),
      hint: plainText("Whose knowledge the files become; this channel's when nothing is chosen.", 150),
      element: {
        type: 'static_select',
        action_id: FIELD_ACTION,
        options: creators.map((creator) => optionOf(creator, creator)),
      },
    },
  ];
}
