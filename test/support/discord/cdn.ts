import { createHmac, randomBytes } from 'node:crypto';
import type { APIAttachment } from 'discord.js';
import type { Clock } from '../../../src/core/ports/clock.js';
import type { Upload } from './world.js';

/** A download that goes wrong: the next one. */
export type CdnFault =
  /** Stops after so many bytes, until the promise resolves. */
  | { readonly kind: 'hold'; readonly afterBytes: number; readonly until: Promise<void> }
  /** The connection is torn down after so many bytes. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  | { readonly kind: 'redirect'; readonly location: string }
  /** More bytes come than the attachment's size says, and no length is told. */
  | { readonly kind: 'larger'; readonly extraBytes: number }
  | { readonly kind: 'status'; readonly status: number };

/** The files that were uploaded. */
export interface Cdn {
  /** Queues a fault for the next download whose path matches. */
  failNext(fault: CdnFault, path?: RegExp): void;
  /** From now on there is no such file. */
  delete(attachmentId: string): void;
  /** Paths that were downloaded from, in order. */
  readonly downloads: readonly string[];
}

/** A file as the CDN keeps it. */
export interface StoredFile {
  readonly upload: Upload;
  /** Such as `/attachments/1/2/guide.pdf`. */
  readonly path: string;
}

/** Where uploads are kept; addresses are signed anew whenever they are shown, as Discord does it. */
export interface FileStore {
  add(
    upload: Upload,
    options: {
      readonly id: string;
      readonly channelId: string;
      readonly isEphemeral: boolean;
      readonly description?: string | null;
    },
  ): APIAttachment;
  /** An attachment with an address that is valid from now on. */
  sign(attachment: APIAttachment): APIAttachment;
  /** The file of an address, unless it is gone, the signature is wrong or its time is over. */
  find(path: string, query: URLSearchParams): StoredFile | undefined;
  delete(id: string): void;
}

/** What the CDN says of a file that it does not give. */
export const FILE_IS_GONE = 'This content is no longer available.';

/** @param lifeMs how long an address is valid */
export function createFileStore(clock: Clock, cdnUrl: string, lifeMs: number): FileStore {
  const key = randomBytes(32);
  const files = new Map<string, StoredFile>();
  const signatureOf = (path: string, expiry: string, issued: string): string =>
    createHmac('sha256', key).update(`${path}?${expiry}&${issued}`).digest('hex');

  const sign = (attachment: APIAttachment): APIAttachment => {
    const file = files.get(attachment.id);
    if (file === undefined) return attachment;
    const issued = toHexSeconds(clock.now());
    const expiry = toHexSeconds(clock.now() + lifeMs);
    const query = `?ex=${expiry}&is=${issued}&hm=${signatureOf(file.path, expiry, issued)}&`;
    // The media proxy is another host at Discord; it is not used for documents.
    return {
      ...attachment,
      url: `${cdnUrl}${file.path}${query}`,
      proxy_url: `${cdnUrl}/proxy${file.path}${query}`,
    };
  };

  return {
    add(upload, { id, channelId, isEphemeral, description }) {
      const filename = sanitised(upload.name);
      const path = `/${isEphemeral ? 'ephemeral-attachments' : 'attachments'}/${channelId}/${id}/${filename}`;
      files.set(id, { upload, path });
      return sign({
        id,
        filename,
        ...(filename !== upload.name && { title: upload.name.replace(/\.[^.]*$/, '') }),
        ...(typeof description === 'string' && { description }),
        size: upload.statedSizeBytes ?? upload.bytes.byteLength,
        url: '',
        proxy_url: '',
        ...(upload.contentType !== undefined && { content_type: upload.contentType }),
        ...(isEphemeral && { ephemeral: true }),
      });
    },
    sign,
    find(path, query) {
      const file = files.get(path.split('/')[3] ?? '');
      const [expiry = '', issued = '', signature] = ['ex', 'is', 'hm'].map((name) => query.get(name) ?? '');
      if (file?.path !== path || signature !== signatureOf(path, expiry, issued)) return undefined;
      return Number.parseInt(expiry, 16) * 1_000 < clock.now() ? undefined : file;
    },
    delete(id) {
      files.delete(id);
    },
  };
}

function toHexSeconds(ms: number): string {
  return Math.floor(ms / 1_000).toString(16);
}

/** Discord keeps letters without accents, digits, dots, lines: the name that was given is the title then. */
function sanitised(name: string): string {
  return name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^\w.-]+/g, '_');
}
