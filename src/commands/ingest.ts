import { z } from 'zod';
import { includesRole } from '../core/chat/access.js';
import type { Attachment } from '../core/chat/chat-event.js';
import { type CommandContext, defineCommand } from '../core/chat/command.js';
import { type OutgoingMessage, notice } from '../core/chat/outgoing-message.js';
import { counted, listed } from '../core/chat/words.js';
import { DocentError, toDocentError } from '../core/errors.js';
import { documentNameOf } from '../core/ingest/document-name.js';
import type { SubmittedFile } from '../core/ingest/ingestion.js';

const BYTES_PER_MEGABYTE = 1_000_000;

const input = z.object({
  replace: z
    .boolean()
    .default(true)
    .meta({ description: 'Whether a new version takes the place of a document of the same name.' }),
});
type Context = CommandContext<z.infer<typeof input>>;

/** Takes posted files into the creator's knowledge; a durable job reads them and finishes the reply. */
export const ingestCommand = defineCommand({
  name: 'ingest',
  description: 'Add the files you post to what can be asked about, or replace them by a new version.',
  input,
  access: 'manager',
  readOnly: false,
  attachments: 'required',
  addsDocuments: true,
  async run(context) {
    const { creatorId, event, memberKey, services } = context;
    if (event.attachments.length === 0) return howTo(context);
    const files = await takeFiles(context);
    try {
      await services.ingestion.submit({
        creatorId,
        uploadedBy: memberKey,
        event,
        files,
        replace: context.input.replace,
      });
    } catch (error) {
      await dropFiles(context, files);
      throw error;
    }
    return 'deferred';
  },
});

function howTo({ services: { acceptedExtensions } }: Context): OutgoingMessage {
  const kinds = acceptedExtensions.length === 0 ? '' : ` I read ${listed(acceptedExtensions)}.`;
  return notice(`Post the file together with this command, or send it to me in a message, and I add it.${kinds}`);
}

/** The bytes of every posted file, or why there are none. One after another, so that memory and disk stay bounded. */
async function takeFiles(context: Context): Promise<SubmittedFile[]> {
  const { attachments } = context.event;
  const files: SubmittedFile[] = [];
  for (const [index, attachment] of attachments.entries()) {
    await context.reply.status({
      text: `Fetching ${counted(attachments.length, 'file')}`,
      progress: { done: index, total: attachments.length },
    });
    try {
      const name = freeName(attachment.name, files);
      await checkMayReplace(context, name);
      files.push({ name, blob: await takeBytes(context, attachment) });
    } catch (error) {
      if (context.signal.aborted) {
        await dropFiles(context, files);
        throw error;
      }
      const { code, userMessage } = toDocentError(error);
      context.logger.warn('ingest.file-not-taken', { eventId: context.event.id, code }, error);
      files.push({ name: attachment.name, failure: { code, userMessage } });
    }
  }
  return files;
}

/** A name is a document's identity, so two files of one event cannot share it. */
function freeName(fileName: string, files: readonly SubmittedFile[]): string {
  const name = documentNameOf(fileName);
  if (!files.some((file) => file.name === name)) return name;
  throw new DocentError('DOCUMENT_NAME_INVALID', {
    userMessage: 'Another file of this message has the same name. Give it a name of its own and post it again.',
  });
}

/** Where members may add files, they replace only what they uploaded themselves. */
async function checkMayReplace({ creatorId, memberKey, role, services }: Context, name: string): Promise<void> {
  if (includesRole(role, 'manager')) return;
  const current = await services.documents.findByName(creatorId, name);
  if (current === undefined || current.uploadedBy === memberKey) return;
  throw new DocentError('ACCESS_DENIED', {
    userMessage:
      'There is a document of this name that somebody else added. Only that person or a manager of this place can replace it: ask one of them, or give your file another name.',
  });
}

async function takeBytes({ creatorId, event, services, signal }: Context, attachment: Attachment) {
  const { maxBytes } = services.ingestion;
  const sizeBytes = attachment.blob?.sizeBytes ?? attachment.sizeBytes ?? 0;
  if (sizeBytes > maxBytes)
    throw new DocentError('DOCUMENT_TOO_LARGE', {
      userMessage: `It has ${inMegabytes(sizeBytes)} MB, more than the ${inMegabytes(maxBytes)} MB that I take. Split it, or make its pictures smaller.`,
    });
  return (
    attachment.blob ?? services.blobs.put(creatorId, services.download(event, attachment, signal), { maxBytes, signal })
  );
}

/** Drops what this try fetched. Bytes that came with the event stay: the next try needs them. */
async function dropFiles({ creatorId, event, services }: Context, files: readonly SubmittedFile[]): Promise<void> {
  const own = new Set(event.attachments.map(({ blob }) => blob?.blobId));
  for (const file of files)
    if ('blob' in file && !own.has(file.blob.blobId)) await services.blobs.delete(creatorId, file.blob.blobId);
}

function inMegabytes(bytes: number): string {
  return (bytes / BYTES_PER_MEGABYTE).toFixed(bytes % BYTES_PER_MEGABYTE === 0 ? 0 : 1);
}
