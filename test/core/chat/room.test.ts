import { describe, expect, it } from 'vitest';
import type { ChannelLink } from '../../../src/core/chat/channel-link.js';
import type { ChatEvent } from '../../../src/core/chat/chat-event.js';
import { type Rooms, createRooms } from '../../../src/core/chat/room.js';
import { creatorIdSchema } from '../../../src/core/ids.js';
import { makeEvent } from '../../support/embedded-core.js';
import { type FakeClock, createFakeClock } from '../../support/fake-clock.js';

const link = (workspaceId: string, creator: string): ChannelLink => ({
  platform: 'test',
  workspaceId,
  channelId: null,
  creatorId: creatorIdSchema.parse(creator),
  mode: 'thread',
  onlyWhenConfident: false,
  ingestion: 'members',
  linkedAt: 0,
});

/** Rooms of a platform with these links. */
function openRooms(
  links: () => Promise<readonly ChannelLink[]>,
  { knowsMembers = true } = {},
): { readonly rooms: Rooms; readonly clock: FakeClock } {
  const clock = createFakeClock();
  const nothing = async (): Promise<never> => {
    throw new Error('nobody asks for this');
  };
  const directRooms = { knowsMembers: () => knowsMembers, decides: () => false, find: nothing, named: nothing };
  return { rooms: createRooms({ links: { find: nothing, ofPlatform: links }, directRooms, clock }), clock };
}

/** Somebody in the workspace `own` chose a creator. */
function choosing(creatorId: string): ChatEvent {
  const event = makeEvent();
  return { ...event, creatorId, address: { ...event.address, platform: 'test', workspaceId: 'own' } };
}

describe('a creator that somebody chose in a form', () => {
  const linked = async () => [link('own', 'alpha'), link('other', 'beta')];

  it('is taken where it is linked to a place of the workspace, with the rights that come with none of its links', async () => {
    const { rooms } = openRooms(linked);
    expect(await rooms.of(choosing('alpha'))).toEqual({ creatorId: 'alpha', link: undefined });
  });

  it('is refused where it is linked elsewhere alone', async () => {
    const { rooms } = openRooms(linked);
    await expect(rooms.of(choosing('beta'))).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
      userMessage: expect.stringContaining('No channel here answers from "beta"') as string,
    });
  });

  it('is not refused because the links cannot be read in time', async () => {
    const { rooms, clock } = openRooms(() => new Promise(() => {}));
    const failure = rooms.of(choosing('alpha')).catch((error: unknown) => error);
    await clock.advance(2_000);
    expect(await failure).toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  });

  it('is no choice on a platform that has the creator by itself', async () => {
    const { rooms } = openRooms(linked, { knowsMembers: false });
    expect(await rooms.of(choosing('beta'))).toEqual({ creatorId: 'beta', link: undefined });
  });
});
