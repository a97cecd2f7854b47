import { DocentError } from '../errors.js';
import { type CreatorId, creatorIdSchema } from '../ids.js';
import type { Clock } from '../ports/clock.js';
import { withStoreDeadline } from '../store-deadline.js';
import type { ChannelLink } from './channel-link.js';
import type { ChatEvent, Role } from './chat-event.js';
import type { CreatorLinks } from './creator-links.js';
import type { DirectRooms } from './direct-rooms.js';

/** Where an event belongs. */
export interface Room {
  /** Undefined where no creator is linked, and where the person has to choose one first. */
  readonly creatorId: CreatorId | undefined;
  /** Undefined where the platform itself knows the creator, and where none is linked. */
  readonly link: ChannelLink | undefined;
  /** The author's role there, where the event cannot know it: in a direct talk. */
  readonly role?: Role;
  /** Creators to choose from, two or more, where a direct talk could reach each of them. */
  readonly choices?: readonly CreatorId[];
}

/** Finds where events belong. */
export interface Rooms {
  /**
   * The creator that the event names, the one the channel is linked to, or the one that a direct talk reaches.
   * @throws DocentError `COMMAND_INPUT` for a name that no creator can have; `ACCESS_DENIED` for a creator that somebody chose
   * and that is linked to no place of the workspace, or that a direct talk does not reach; `ENGINE_UNAVAILABLE` when it
   * cannot be found out within two seconds, ten where the platform has to be asked.
   */
  of(event: ChatEvent): Promise<Room>;
  /** The same without asking the platform: a direct talk whose creator is to be found is in no room yet. */
  known(event: ChatEvent): Promise<Room>;
}

/** The waits for what the stores and a platform say, in milliseconds, before the person is told what there is to tell. */
const LINK_TIMEOUT_MS = 2_000;
const MEMBERSHIP_TIMEOUT_MS = 10_000;

const NO_ROOM: Room = { creatorId: undefined, link: undefined };

/** Rooms over the channels' links and direct talks. */
export function createRooms({
  links,
  directRooms,
  clock,
}: {
  readonly links: Pick<CreatorLinks, 'find' | 'ofPlatform'>;
  readonly directRooms: Pick<DirectRooms, 'knowsMembers' | 'decides' | 'find' | 'named'>;
  readonly clock: Clock;
}): Rooms {
  async function linked(event: ChatEvent): Promise<Room> {
    const link = await withStoreDeadline({ clock, timeoutMs: LINK_TIMEOUT_MS }, () => links.find(event.address));
    return { creatorId: link?.creatorId, link };
  }

  /** What a form was sent with is no proof of what may be chosen. */
  async function checkChoice({ address }: ChatEvent, creatorId: CreatorId): Promise<void> {
    const linked = await withStoreDeadline({ clock, timeoutMs: LINK_TIMEOUT_MS }, () =>
      links.ofPlatform(address.platform),
    );
    if (linked.some((link) => link.workspaceId === address.workspaceId && link.creatorId === creatorId)) return;
    throw new DocentError('ACCESS_DENIED', {
      userMessage: `No channel here answers from "${creatorId}". Choose another creator, or none.`,
    });
  }

  async function direct(event: ChatEvent, named: CreatorId | undefined): Promise<Room> {
    const found = await withStoreDeadline({ clock, timeoutMs: MEMBERSHIP_TIMEOUT_MS }, async (signal) =>
      named === undefined ? directRooms.find(event, signal) : [await directRooms.named(event, named, signal)],
    );
    const [first, second] = found;
    if (first === undefined) return NO_ROOM;
    return second === undefined ? first : { ...NO_ROOM, choices: found.map(({ creatorId }) => creatorId) };
  }

  return {
    async of(event) {
      const named = namedBy(event);
      if (directRooms.decides(event)) return direct(event, named);
      if (named === undefined) return linked(event);
      if (directRooms.knowsMembers(event)) await checkChoice(event, named);
      return { creatorId: named, link: undefined };
    },
    async known(event) {
      const named = namedBy(event);
      if (named !== undefined) return { creatorId: named, link: undefined };
      return directRooms.decides(event) ? NO_ROOM : linked(event);
    },
  };
}

function namedBy({ creatorId: name }: ChatEvent): CreatorId | undefined {
  if (name === undefined) return undefined;
  const creatorId = creatorIdSchema.safeParse(name);
  if (creatorId.success) return creatorId.data;
  throw new DocentError('COMMAND_INPUT', {
    userMessage:
      'There can be no creator of that name. Use 2 to 63 lower-case letters, digits and hyphens, such as my-course.',
  });
}
