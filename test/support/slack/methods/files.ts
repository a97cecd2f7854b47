import { z } from 'zod';
import { argument } from '../arguments.js';
import { describeFile, mimeTypeOf } from '../descriptions.js';
import { addMessage } from '../messages.js';
import { type ApiMethod, type Call, defineMethod, workspaceOf } from '../method.js';
import { postableChannel } from '../reach.js';
import { SlackError } from '../slack-error.js';
import { covers } from '../tenants.js';
import { threadRoot } from '../threads.js';
import { checkBlocks } from '../message-content.js';

const info = defineMethod({
  scopes: ['files:read'],
  shape: {
    file: argument.text,
    limit: argument.anything,
    cursor: argument.anything,
    count: argument.anything,
    page: argument.anything,
  },
  run({ world, installation }, { file: fileId }) {
    const file = world.files.get(fileId);
    if (file === undefined || !covers(world, installation, file.teamId)) throw new SlackError('file_not_found');
    return { file: describeFile(world, file), comments: [], response_metadata: { next_cursor: '' } };
  },
});

const getUploadUrl = defineMethod({
  scopes: ['files:write'],
  shape: {
    filename: argument.text,
    length: argument.count(Number.MAX_SAFE_INTEGER),
    team_id: argument.text.optional(),
    alt_text: argument.text.optional(),
    snippet_type: argument.text.optional(),
  },
  run(call, values) {
    const { world, installation } = call;
    const ticket = world.ids.next('upload');
    const fileId = world.ids.next('F');
    world.uploads.set(ticket, {
      fileId,
      teamId: workspaceOf(call, values.team_id),
      userId: installation.botUserId,
      name: values.filename,
      lengthBytes: values.length,
      bytes: undefined,
    });
    return { upload_url: `${world.url}/upload/v1/${ticket}`, file_id: fileId };
  },
});

const completeUpload = defineMethod({
  scopes: ['files:write'],
  shape: {
    files: argument.list(
      z.strictObject({ id: z.string(), title: z.string().optional(), highlight_type: z.string().optional() }),
    ),
    channel_id: argument.text.optional(),
    thread_ts: argument.text.optional(),
    initial_comment: argument.text.optional(),
    blocks: argument.blocks.optional(),
  },
  run(call, values) {
    const { world, installation, events } = call;
    const files = values.files.map(({ id }) => keep(call, id));
    if (values.channel_id !== undefined) {
      const channel = postableChannel(call, values.channel_id);
      const root = threadRoot(call, channel, values.thread_ts);
      checkBlocks(values.blocks ?? []);
      const message = addMessage(world, channel, {
        userId: installation.botUserId,
        botId: installation.botId,
        text: values.initial_comment ?? '',
        blocks: values.blocks ?? [],
        fileIds: files.map(({ id }) => id),
        ...(root === undefined ? {} : { threadTs: root }),
      });
      events.posted(channel, message);
    }
    return { files: files.map((file) => describeFile(world, file)) };
  },
});

/** Makes a file of what was uploaded, once. @throws SlackError `file_not_found` before its bytes are there */
function keep({ world }: Call, fileId: string): Parameters<typeof describeFile>[1] {
  const [ticket, upload] = [...world.uploads].find(([, announced]) => announced.fileId === fileId) ?? [];
  if (ticket === undefined || upload?.bytes === undefined) throw new SlackError('file_not_found');
  world.uploads.delete(ticket);
  const { teamId, userId, name, bytes } = upload;
  const file = {
    id: fileId,
    teamId,
    userId,
    name,
    mimeType: mimeTypeOf(name),
    bytes,
    scannedAtMs: world.clock.now() + world.behaviour.uploadScanMs,
    isHiddenInEvents: false,
    fault: {},
  };
  world.files.set(fileId, file);
  return file;
}

/** Methods about files. */
export const fileMethods: Readonly<Record<string, ApiMethod>> = {
  'files.info': info,
  'files.getUploadURLExternal': getUploadUrl,
  'files.completeUploadExternal': completeUpload,
};
