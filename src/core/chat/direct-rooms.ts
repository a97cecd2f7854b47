import { z } from 'zod';
import type { CreatorId, MemberKey } from '../ids.js';
import { creatorIdSchema } from '../ids.js';
import { DocentError } from '../errors.js';
import type { ChatAdapter } from '../ports/chat-adapter.js';
import type { Clock } from '../ports/clock.js';
import { type Collection, type RecordStore, SYSTEM_SCOPE } from '../ports/record-store.js';
import { includesRole } from './access.js';
import type { ChannelLink } from './channel-link.js';
import { type ChatEvent, type Role, memberKeyOf } from './chat-event.js';
import type { CreatorLinks } from './creator-links.js';

/** A creator whom somebody may ask in a direct talk. */
export interface DirectRoom {
  readonly creatorId: CreatorId;
  /** The person's greatest role in the creator's places. */
  readonly role: Role;
  /** The link by which the person may do most. */
  readonly link: ChannelLink;
}

/**
 * Whose knowledge a direct talk reaches: a creator linked to a place that the person can read on the same platform. Where
 * there are several, the person chooses one, and whether that one may still be asked is looked up at each question.
 */
export interface DirectRooms {
  /** Whether the platform knows where its members belong: a creator that is named there is somebody's choice, to be checked. */
  knowsMembers(event: ChatEvent): boolean;
  /** Whether it is decided here: in a direct talk on a platform that knows where its members belong. */
  decides(event: ChatEvent): boolean;
  /** The chosen one alone when it may still be asked; otherwise all that may be, in name order. @throws what the platform threw. */
  find(event: ChatEvent, signal: AbortSignal): Promise<readonly DirectRoom[]>;
  /** Every creator that may be asked, in name order. @throws as `find`. */
  all(event: ChatEvent, signal: AbortSignal): Promise<readonly DirectRoom[]>;
  /** This one. @throws DocentError `ACCESS_DENIED` for a creator of no place that the person can read; as `find`. */
  named(event: ChatEvent, creatorId: CreatorId, signal: AbortSignal): Promise<DirectRoom>;
  /** @throws as `named`. */
  choose(event: ChatEvent, creatorId: CreatorId, signal: AbortSignal): Promise<void>;
  /** Forgets a member's choice, and says whether there was one. */
  eraseMember(memberKey: MemberKey): Promise<boolean>;
}

/** What direct rooms are found with. */
export interface DirectRoomsOptions {
  readonly links: Pick<CreatorLinks, 'ofPlatform'>;
  /** By platform; read when a room is looked for. */
  readonly adapters: ReadonlyMap<string, Pick<ChatAdapter, 'membership'>>;
  readonly recordStore: RecordStore;
  readonly clock: Clock;
}

/** Places that are looked up for one question; past them, the ones linked first count. */
const MAX_PLACES = 100;

const choiceSchema = z.object({ creatorId: creatorIdSchema, chosenAt: z.number().int() });
/** Whom a member asks in direct talks, by member, in the system scope. */
const choiceCollection = { name: 'direct-choices', schema: choiceSchema } satisfies Collection<typeof choiceSchema>;

/** Finds them by the links and by what the platform says of its members. */
export function createDirectRooms({ links, adapters, recordStore, clock }: DirectRoomsOptions): DirectRooms {
  async function roomsOf(
    event: ChatEvent,
    places: readonly ChannelLink[],
    signal: AbortSignal,
  ): Promise<readonly DirectRoom[]> {
    const adapter = adapters.get(event.address.platform);
    const roles = await Promise.all(places.map(async (place) => adapter?.membership?.(event, place, signal)));
    const rooms = new Map<CreatorId, DirectRoom>();
    for (const [index, link] of places.entries()) {
      const role = roles[index];
      if (role === undefined) continue;
      const known = rooms.get(link.creatorId);
      rooms.set(
        link.creatorId,
        known === undefined ? { creatorId: link.creatorId, role, link } : best(known, role, link),
      );
    }
    return [...rooms.values()].toSorted((one, other) => (one.creatorId < other.creatorId ? -1 : 1));
  }

  async function places(event: ChatEvent, creatorId?: CreatorId): Promise<ChannelLink[]> {
    const linked = await links.ofPlatform(event.address.platform);
    return linked.filter((link) => creatorId === undefined || link.creatorId === creatorId).slice(0, MAX_PLACES);
  }

  const all = async (event: ChatEvent, signal: AbortSignal): Promise<readonly DirectRoom[]> =>
    roomsOf(event, await places(event), signal);

  async function named(event: ChatEvent, creatorId: CreatorId, signal: AbortSignal): Promise<DirectRoom> {
    const [room] = await roomsOf(event, await places(event, creatorId), signal);
    if (room !== undefined) return room;
    throw new DocentError('ACCESS_DENIED', {
      userMessage: `You are in no channel that answers from "${creatorId}". Join one of its channels first.`,
    });
  }

  const knowsMembers = ({ address }: ChatEvent): boolean => adapters.get(address.platform)?.membership !== undefined;

  return {
    all,

    named,

    knowsMembers,

    decides: (event) => event.address.isDirect && knowsMembers(event),

    async find(event, signal) {
      const choice = await recordStore.get(choiceCollection, SYSTEM_SCOPE, memberKeyOf(event));
      if (choice !== undefined) {
        const chosen = await roomsOf(event, await places(event, choice.value.creatorId), signal);
        if (chosen.length > 0) return chosen;
      }
      return all(event, signal);
    },

    async choose(event, creatorId, signal) {
      await named(event, creatorId, signal);
      const value = { creatorId, chosenAt: clock.now() };
      await recordStore.put(choiceCollection, SYSTEM_SCOPE, { id: memberKeyOf(event), value });
    },

    eraseMember: (memberKey) => recordStore.delete(choiceCollection, SYSTEM_SCOPE, memberKey),
  };
}

function best(known: DirectRoom, role: Role, link: ChannelLink): DirectRoom {
  const isOpener = known.link.ingestion !== 'members' && link.ingestion === 'members';
  return {
    creatorId: known.creatorId,
    role: includesRole(known.role, role) ? known.role : role,
    link: isOpener ? link : known.link,
  };
}
