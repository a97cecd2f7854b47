import { z } from 'zod';
import type { OutgoingMessage, Picture } from '../../../core/chat/outgoing-message.js';
import { DocentError, toDocentError } from '../../../core/errors.js';
import { wait } from '../../../core/exclusive.js';
import type { Clock } from '../../../core/ports/clock.js';
import type { Logger } from '../../../core/ports/logger.js';
import type { Workspace } from '../install/workspaces.js';
import { SlackRefusal } from '../api/slack-refusal.js';
import type { Block } from './slack-markup.js';

/** What pictures are shown with. */
export interface PictureOptions {
  readonly workspace: Workspace;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

const uploadSchema = z.object({ upload_url: z.url(), file_id: z.string() });
const infoSchema = z.object({ file: z.object({ mimetype: z.string().default('') }) });
const anySchema = z.object({});

const UPLOAD_TIMEOUT_MS = 30_000;
/** The waits between two looks at an upload that Slack still looks through, in milliseconds. */
const SCAN_PAUSES_MS = [250, 500, 1_000, 2_000, 4_000, 8_000];

/**
 * Uploads a message's pictures and draws the blocks that show them. One that cannot be shown costs nobody the message: its
 * block says what it shows, and what to do. @throws the signal's reason when aborted.
 */
export async function drawPictures(
  { pictures = [] }: Pick<OutgoingMessage, 'pictures'>,
  options: PictureOptions,
): Promise<Block[]> {
  const blocks: Block[] = [];
  for (const picture of pictures) blocks.push(await draw(picture, options));
  return blocks;
}

async function draw(picture: Picture, options: PictureOptions): Promise<Block> {
  const { altText } = picture;
  const { workspace, logger, signal } = options;
  try {
    const id = await upload(picture, options);
    await untilScanned(id, options);
    return { type: 'image', alt_text: altText, slack_file: { id } };
  } catch (error) {
    signal.throwIfAborted();
    const { userMessage } = toDocentError(error);
    logger.warn('slack.picture-not-shown', { workspaceId: workspace.teamId, fix: userMessage }, error);
    const text = `A picture is missing here. ${userMessage} It shows: ${altText}`;
    return { type: 'context', elements: [{ type: 'plain_text', text }] };
  }
}

/** @see https://docs.slack.dev/messaging/working-with-files#upload */
async function upload({ base64, fileName }: Picture, { workspace: { api }, signal }: PictureOptions): Promise<string> {
  const bytes = Buffer.from(base64, 'base64');
  const { upload_url: url, file_id: id } = await api.call(
    'files.getUploadURLExternal',
    { filename: fileName, length: bytes.byteLength },
    { response: uploadSchema, signal },
  );
  await send(url, bytes, signal);
  await api.call('files.completeUploadExternal', { files: [{ id }] }, { response: anySchema, signal });
  return id;
}

async function send(url: string, bytes: Buffer<ArrayBuffer>, signal: AbortSignal): Promise<void> {
  const within = AbortSignal.any([signal, AbortSignal.timeout(UPLOAD_TIMEOUT_MS)]);
  try {
    const response = await fetch(url, { method: 'POST', body: bytes, redirect: 'error', signal: within });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`status ${response.status}`);
  } catch (error) {
    throw new SlackRefusal('file upload', 'unclear', error);
  }
}

/** Slack takes no block that shows a file before it has looked through it; the file has no type until then. */
async function untilScanned(
  file: string,
  { workspace: { api }, clock, signal }: Omit<PictureOptions, 'logger'>,
): Promise<void> {
  for (const pauseMs of SCAN_PAUSES_MS) {
    const { file: known } = await api.call('files.info', { file }, { response: infoSchema, signal });
    if (known.mimetype !== '') return;
    await wait(clock, pauseMs, signal);
  }
  throw new DocentError('TIMED_OUT', { userMessage: 'Slack took too long to look through it.' });
}
