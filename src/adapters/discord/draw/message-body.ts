import type { APIActionRowComponent, APIComponentInMessageActionRow, RawFile } from 'discord.js';
import { MessageFlags } from 'discord.js';

/** A message as Discord takes it, before it is known where it goes. */
export interface MessageBody {
  /** At most 2,000 characters. */
  readonly content: string;
  readonly components: readonly APIActionRowComponent<APIComponentInMessageActionRow>[];
  readonly files: readonly MessageFile[];
}

/** A picture that goes with a message. */
export interface MessageFile {
  readonly name: string;
  readonly data: Buffer;
  /** What it shows. */
  readonly description: string;
}

/** A message of text alone. */
export function textBody(content: string): MessageBody {
  return { content, components: [], files: [] };
}

/**
 * The fields of a request that sends or edits a message. Nobody is called by it, and links show no preview: both have to
 * be said at each send and at each edit.
 */
export function payloadOf({ content, components, files }: MessageBody): { body: object; files: RawFile[] } {
  return {
    body: {
      content,
      components,
      allowed_mentions: { parse: [] },
      flags: MessageFlags.SuppressEmbeds,
      attachments: files.map(({ name, description }, id) => ({ id, filename: name, description })),
    },
    files: files.map(({ name, data }) => ({ name, data, contentType: 'image/png' })),
  };
}
