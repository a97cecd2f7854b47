import { describe, expect, it } from 'vitest';
import { createAdminWarnings } from '../../../src/core/chat/admin-warnings.js';
import { notice } from '../../../src/core/chat/outgoing-message.js';
import { creatorIdSchema } from '../../../src/core/ids.js';
import { openEmbeddedStores } from '../../support/embedded-stores.js';
import { makeEvent } from '../../support/embedded-core.js';
import { createFakeChatAdapter } from '../../support/fake-chat-adapter.js';
import { createFakeClock } from '../../support/fake-clock.js';
import { createTestServices } from '../../support/test-services.js';

const coach = creatorIdSchema.parse('coach');
const { address } = makeEvent();
const warning = { key: 'intent', message: notice('Switch the intent on.'), signal: new AbortController().signal };

describe('warnings to admins', () => {
  async function open() {
    const clock = createFakeClock();
    const { engines } = await openEmbeddedStores(clock);
    const { links } = createTestServices({ engines, clock });
    const adapter = createFakeChatAdapter('elsewhere');
    const warn = createAdminWarnings({ links, adapters: new Map([['elsewhere', adapter]]) });
    const link = () => links.link(address, { creatorId: coach, wholeWorkspace: false, ingestion: 'managers' });
    return { links, adapter, warn, link };
  }

  it('go to the admin channel of the creator, on whatever platform it is', async () => {
    const { links, adapter, warn, link } = await open();
    await link();
    await links.setAdminChannel(coach, { ...address, platform: 'elsewhere', channelId: 'admins' });
    expect(await warn(address, warning)).toBe(true);
    expect(adapter.posted).toEqual([{ channelId: 'admins', message: warning.message, key: 'intent' }]);
  });

  it('go nowhere from a place without a creator, or for a creator without an admin channel', async () => {
    const { adapter, warn, link } = await open();
    expect(await warn(address, warning)).toBe(false);
    await link();
    expect(await warn(address, warning)).toBe(false);
    expect(adapter.posted).toEqual([]);
  });
});
