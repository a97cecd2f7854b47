import { DocentError } from '../errors.js';
import { type CreatorId, creatorIdSchema } from '../ids.js';
import type { ChannelLink } from './channel-link.js';
import type { ChatEvent } from './chat-event.js';
import type { CreatorLinks } from './creator-links.js';

/** Where an event belongs. */
export interface Room {
  /** Undefined where no creator is linked. */
  readonly creatorId: CreatorId | undefined;
  /** Undefined where the platform itself knows the creator, and where none is linked. */
  readonly link: ChannelLink | undefined;
}

/**
 * The creator that the platform names, or the one the channel is linked to.
 * @throws DocentError `COMMAND_INPUT` for a name that no creator can have.
 */
export async function roomOf(event: ChatEvent, links: Pick<CreatorLinks, 'find'>): Promise<Room> {
  if (event.creatorId === undefined) {
    const link = await links.find(event.address);
    return { creatorId: link?.creatorId, link };
  }
  const creatorId = creatorIdSchema.safeParse(event.creatorId);
  if (creatorId.success) return { creatorId: creatorId.data, link: undefined };
  throw new DocentError('COMMAND_INPUT', {
    userMessage:
      'There can be no creator of that name. Use 2 to 63 lower-case letters, digits and hyphens, such as my-course.',
  });
}
