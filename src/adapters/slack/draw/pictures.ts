import { z } from 'zod';
import type { OutgoingMessage, Picture } from '../../../core/chat/outgoing-message.js';
import type { Workspace } from '../install/workspaces.js';
import { SlackRefusal } from '../api/slack-refusal.js';
import type { Block } from './slack-markup.js';

const uploadSchema = z.object({ upload_url: z.url(), file_id: z.string() });
const anySchema = z.object({});

/** Uploads a message's pictures and draws the blocks that show them. @throws SlackRefusal */
export async function drawPictures(
  workspace: Workspace,
  { pictures = [] }: Pick<OutgoingMessage, 'pictures'>,
  signal: AbortSignal,
): Promise<Block[]> {
  const blocks: Block[] = [];
  for (const picture of pictures) {
    const id = await upload(workspace, picture, signal);
    blocks.push({ type: 'image', alt_text: picture.altText, slack_file: { id } });
  }
  return blocks;
}

async function upload({ api }: Workspace, picture: Picture, signal: AbortSignal): Promise<string> {
  const bytes = Buffer.from(picture.base64, 'base64');
  const { upload_url: url, file_id: id } = await api.call(
    'files.getUploadURLExternal',
    { filename: picture.fileName, length: bytes.byteLength },
    { response: uploadSchema, signal },
  );
  const within = AbortSignal.any([signal, AbortSignal.timeout(UPLOAD_TIMEOUT_MS)]);
  const response = await fetch(url, { method: 'POST', body: bytes, redirect: 'error', signal: within });
  await response.body?.cancel();
  if (!response.ok) throw new SlackRefusal('file upload', 'unclear', new Error(`status ${response.status}`));
  await api.call('files.completeUploadExternal', { files: [{ id }] }, { response: anySchema, signal });
  return id;
}

const UPLOAD_TIMEOUT_MS = 30_000;
