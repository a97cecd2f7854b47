import { z } from 'zod';
import type { Attachment } from '../../../core/chat/chat-event.js';

/** A file as events and `files.info` describe it; what is left out here is looked up when it is downloaded. */
export const slackFileSchema = z.object({
  id: z.string(),
  name: z.string().nullish(),
  title: z.string().nullish(),
  size: z.number().nullish(),
  mimetype: z.string().nullish(),
  mode: z.string().nullish(),
  is_external: z.boolean().nullish(),
  file_access: z.string().nullish(),
  url_private_download: z.string().nullish(),
});
export type SlackFile = z.infer<typeof slackFileSchema>;

/** What is kept of a file until it is downloaded: its id alone, so that no address from outside is ever called. */
export const fileReferenceSchema = z.strictObject({ slackFileId: z.string().regex(/^F[A-Z0-9_]+$/) });

const MAX_FILES = 25;

/** A message's files as attachments, at most 25. */
export function attachmentsOf(files: readonly SlackFile[]): Attachment[] {
  return files.slice(0, MAX_FILES).map((file) => ({
    name: nameOf(file),
    sizeBytes: sizeOf(file),
    reference: { slackFileId: file.id },
  }));
}

function sizeOf({ size, file_access: access }: SlackFile): number | null {
  // Of a file of another organisation the event shows no more than the id.
  const isHidden = access === 'check_file_info';
  return size === null || size === undefined || isHidden ? null : Math.max(0, Math.trunc(size));
}

function nameOf({ name, title, id }: SlackFile): string {
  return (name ?? title ?? id).slice(0, 1_000);
}
