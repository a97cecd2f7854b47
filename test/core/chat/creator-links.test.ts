import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { channelLinkCollection } from '../../../src/core/chat/channel-link.js';
import type { ChatAddress } from '../../../src/core/chat/chat-event.js';
import { type CreatorLinks, createCreatorLinks } from '../../../src/core/chat/creator-links.js';
import { createCreators } from '../../../src/core/creators.js';
import { creatorIdSchema, joinKey } from '../../../src/core/ids.js';
import { SYSTEM_SCOPE } from '../../../src/core/ports/record-store.js';
import { openEmbeddedStores } from '../../support/embedded-stores.js';
import { createFakeClock } from '../../support/fake-clock.js';

const [coach, team] = [creatorIdSchema.parse('coach'), creatorIdSchema.parse('team')];
const channel = (channelId: string, workspaceId = 'w/1'): ChatAddress => ({
  platform: 'test',
  workspaceId,
  channelId,
  threadId: 't',
  isDirect: false,
});
const toChannel = { wholeWorkspace: false, ingestion: 'managers' } as const;
const toWorkspace = { wholeWorkspace: true, ingestion: 'managers' } as const;

async function openLinks() {
  const clock = createFakeClock();
  const { engines } = await openEmbeddedStores(clock);
  const creators = createCreators({ recordStore: engines.recordStore, now: () => clock.now() });
  const open = (): CreatorLinks => createCreatorLinks({ recordStore: engines.recordStore, clock, creators });
  return {
    clock,
    creators,
    links: open(),
    elsewhere: open(),
    /** Puts something else in the place of a link. */
    async spoil(...key: readonly string[]): Promise<void> {
      const anything = { name: channelLinkCollection.name, schema: z.unknown() };
      await engines.recordStore.put(anything, SYSTEM_SCOPE, { id: joinKey(key), value: { mode: 'of-tomorrow' } });
    },
  };
}

const creatorOf = async (links: CreatorLinks, address: ChatAddress): Promise<string | undefined> =>
  (await links.find(address))?.creatorId;

describe('creator links', () => {
  it('finds the channel before its workspace', async () => {
    const { links, creators } = await openLinks();
    await links.link(channel('a'), { creatorId: coach, ...toWorkspace });
    await links.link(channel('b'), { creatorId: team, ...toChannel });
    expect(await creatorOf(links, channel('a'))).toBe('coach');
    expect(await creatorOf(links, channel('b'))).toBe('team');
    expect(await creatorOf(links, channel('a', 'w'))).toBeUndefined();
    expect(await creators.list()).toEqual(['coach', 'team']);
  });

  it('sees its own writes at once, and those of another process within five minutes', async () => {
    const { links, elsewhere, clock } = await openLinks();
    await links.link(channel('a'), { creatorId: coach, ...toChannel });
    expect(await creatorOf(links, channel('a'))).toBe('coach');
    await elsewhere.link(channel('a'), { creatorId: team, ...toChannel });
    expect(await creatorOf(elsewhere, channel('a'))).toBe('team');
    await clock.advance(299_999);
    expect(await creatorOf(links, channel('a'))).toBe('coach');
    await clock.advance(1);
    expect(await creatorOf(links, channel('a'))).toBe('team');
  });

  it('sees within ten seconds that another process linked a channel that had no link', async () => {
    const { links, elsewhere, clock } = await openLinks();
    expect(await creatorOf(links, channel('a'))).toBeUndefined();
    await elsewhere.link(channel('a'), { creatorId: coach, ...toChannel });
    await clock.advance(9_999);
    expect(await creatorOf(links, channel('a'))).toBeUndefined();
    await clock.advance(1);
    expect(await creatorOf(links, channel('a'))).toBe('coach');
  });

  it('moves the channels of a workspace along with its creator, and leaves the others', async () => {
    const { links } = await openLinks();
    await links.link(channel('a'), { creatorId: coach, ...toWorkspace });
    await links.setMode(channel('b'), 'all', true);
    await links.link(channel('c'), { creatorId: creatorIdSchema.parse('other'), ...toChannel });
    await links.link(channel('a'), { creatorId: team, ...toWorkspace });
    expect(await links.find(channel('b'))).toMatchObject({ creatorId: 'team', mode: 'all', onlyWhenConfident: true });
    expect(await creatorOf(links, channel('c'))).toBe('other');
  });

  it('sets the mode of one channel alone, and keeps it when the channel is linked anew', async () => {
    const { links } = await openLinks();
    await links.link(channel('a'), { creatorId: coach, ...toWorkspace });
    await links.setMode(channel('a'), 'mention', false);
    await links.link(channel('a'), { creatorId: team, ...toChannel });
    expect(await links.find(channel('a'))).toMatchObject({ creatorId: 'team', mode: 'mention' });
    expect(await links.find(channel('b'))).toMatchObject({ creatorId: 'coach', mode: 'thread' });
  });

  it('takes a link that cannot be read for none, and lets somebody link over it', async () => {
    const { links, spoil } = await openLinks();
    await links.link(channel('b'), { creatorId: coach, ...toWorkspace });
    await spoil('test', 'w/1', 'a');
    // It may have been another creator's: the workspace's does not stand in for it.
    expect(await creatorOf(links, channel('a'))).toBeUndefined();
    await expect(links.setMode(channel('a'), 'all', false)).rejects.toMatchObject({ code: 'CREATOR_NOT_LINKED' });
    await links.link(channel('a'), { creatorId: team, ...toChannel });
    expect(await creatorOf(links, channel('a'))).toBe('team');
  });

  it('puts a link back in the place of one that cannot be read', async () => {
    const { links, spoil } = await openLinks();
    const link = await links.link(channel('a'), { creatorId: coach, ...toWorkspace });
    await spoil('test', 'w/1');
    expect(await links.restore(link)).toBeUndefined();
    expect(await creatorOf(links, channel('a'))).toBe('coach');
  });

  it('refuses a mode where nothing is linked', async () => {
    const { links } = await openLinks();
    await expect(links.setMode(channel('a'), 'all', false)).rejects.toMatchObject({ code: 'CREATOR_NOT_LINKED' });
  });

  it('erases every link and the admin channel of a creator, and nothing else', async () => {
    const { links } = await openLinks();
    await links.link(channel('a'), { creatorId: coach, ...toWorkspace });
    await links.link(channel('b', 'elsewhere'), { creatorId: coach, ...toChannel });
    await links.link(channel('c', 'elsewhere'), { creatorId: team, ...toChannel });
    await links.setAdminChannel(coach, channel('admins'));
    expect(await links.ofCreator(coach)).toHaveLength(2);
    expect(await links.eraseCreator(coach)).toBe(3);
    expect(await links.adminChannel(coach)).toBeUndefined();
    expect(await creatorOf(links, channel('a'))).toBeUndefined();
    expect(await creatorOf(links, channel('c', 'elsewhere'))).toBe('team');
  });
});
