import { beforeEach, describe, expect, it } from 'vitest';
import type { ChatEvent, Role } from '../../../src/core/chat/chat-event.js';
import { type CreatorLinks, createCreatorLinks } from '../../../src/core/chat/creator-links.js';
import { type DirectRooms, createDirectRooms } from '../../../src/core/chat/direct-rooms.js';
import { memberKeyOf } from '../../../src/core/chat/chat-event.js';
import { createRooms } from '../../../src/core/chat/room.js';
import { createCreators } from '../../../src/core/creators.js';
import { creatorIdSchema } from '../../../src/core/ids.js';
import { openEmbeddedStores } from '../../support/embedded-stores.js';
import { makeEvent } from '../../support/embedded-core.js';
import { createFakeClock } from '../../support/fake-clock.js';

const never = new AbortController().signal;

describe('direct rooms', () => {
  /** Who reads which channel, and as what: `member channel` to role. */
  const roles = new Map<string, Role>();
  let links: CreatorLinks;
  let directRooms: DirectRooms;

  beforeEach(async () => {
    roles.clear();
    const clock = createFakeClock();
    const { engines } = await openEmbeddedStores(clock);
    const { recordStore } = engines;
    links = createCreatorLinks({ recordStore, clock, creators: createCreators({ recordStore, now: () => 0 }) });
    const membership = async (event: ChatEvent, { channelId }: { readonly channelId: string | null }) =>
      roles.get(`${event.author.memberId} ${channelId}`);
    directRooms = createDirectRooms({ links, adapters: new Map([['test', { membership }]]), recordStore, clock });
  });

  const link = (channelId: string, creator: string, ingestion: 'managers' | 'members' = 'managers') =>
    links.link(
      { ...direct().address, channelId, isDirect: false },
      { creatorId: creatorIdSchema.parse(creator), wholeWorkspace: false, ingestion },
    );
  const names = async (event = direct()) => (await directRooms.find(event, never)).map(({ creatorId }) => creatorId);

  it('are those of the channels that the person can read', async () => {
    await link('one', 'alpha');
    await link('two', 'beta');
    roles.set('ann two', 'member');
    expect(await names()).toEqual(['beta']);
  });

  it('are none for somebody who reads no linked channel', async () => {
    await link('one', 'alpha');
    expect(await names()).toEqual([]);
  });

  it('are all of several until one is chosen', async () => {
    await link('one', 'beta');
    await link('two', 'alpha');
    roles.set('ann one', 'member').set('ann two', 'member');
    expect(await names()).toEqual(['alpha', 'beta']);
    await directRooms.choose(direct(), creatorIdSchema.parse('beta'), never);
    expect(await names()).toEqual(['beta']);
    expect(await names(direct('bob'))).toEqual([]);
  });

  it('close when the person leaves the last channel of the chosen creator', async () => {
    await link('one', 'alpha');
    await link('two', 'beta');
    roles.set('ann one', 'member').set('ann two', 'member');
    await directRooms.choose(direct(), creatorIdSchema.parse('beta'), never);
    roles.delete('ann two');
    expect(await names()).toEqual(['alpha']);
  });

  it('cannot be chosen by name alone', async () => {
    await link('one', 'alpha');
    await expect(directRooms.choose(direct(), creatorIdSchema.parse('alpha'), never)).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
    });
  });

  it('are found by name with the role in the creator’s channels, and for no others', async () => {
    await link('one', 'alpha');
    await link('two', 'beta', 'members');
    roles.set('ann two', 'manager');
    const rooms = createRooms({ links, directRooms, clock: createFakeClock() });
    const named = (creatorId: string) => rooms.of({ ...direct(), creatorId });
    expect(await named('beta')).toMatchObject({
      creatorId: 'beta',
      role: 'manager',
      link: { ingestion: 'members' },
    });
    await expect(named('alpha')).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    await expect(named('No Creator')).rejects.toMatchObject({ code: 'COMMAND_INPUT' });
  });

  it('give the greatest role and the widest link of the creator’s channels', async () => {
    await link('one', 'alpha');
    await link('two', 'alpha', 'members');
    roles.set('ann one', 'manager').set('ann two', 'member');
    const [room] = await directRooms.find(direct(), never);
    expect(room).toMatchObject({ role: 'manager', link: { ingestion: 'members' } });
  });

  it('forget a choice with the member', async () => {
    await link('one', 'alpha');
    await link('two', 'beta');
    roles.set('ann one', 'member').set('ann two', 'member');
    await directRooms.choose(direct(), creatorIdSchema.parse('beta'), never);
    expect(await directRooms.eraseMember(memberKeyOf(direct()))).toBe(true);
    expect(await directRooms.eraseMember(memberKeyOf(direct()))).toBe(false);
    expect(await names()).toEqual(['alpha', 'beta']);
  });

  it('leave talks in channels alone, and platforms that know no members', () => {
    expect(directRooms.decides(direct())).toBe(true);
    expect(directRooms.decides({ ...direct(), address: { ...direct().address, platform: 'other' } })).toBe(false);
    expect(directRooms.decides({ ...direct(), address: { ...direct().address, isDirect: false } })).toBe(false);
  });
});

function direct(memberId = 'ann'): ChatEvent {
  const { creatorId: _creatorId, ...event } = makeEvent();
  return {
    ...event,
    address: { ...event.address, platform: 'test', channelId: 'direct', isDirect: true },
    author: { ...event.author, memberId },
  };
}
