import { expect, it } from 'vitest';
import { addressIn } from '../../../src/adapters/discord/api/places.js';
import { postedCollection } from '../../../src/adapters/discord/reply/post.js';
import { notice } from '../../../src/core/chat/outgoing-message.js';
import { SYSTEM_SCOPE } from '../../../src/core/ports/record-store.js';
import { openEmbeddedStores } from '../../support/embedded-stores.js';
import { createFakeClock } from '../../support/fake-clock.js';
import { openAdapter } from './open-adapter.js';
import { openStandIn } from './open-stand-in.js';

const DAY_MS = 24 * 60 * 60_000;

it('forgets what Docent posted to Discord after 90 days, however many newer posts there are', async () => {
  const clock = createFakeClock();
  const server = await openStandIn({ clock });
  const guild = server.addGuild();
  const channel = guild.addChannel();
  const { engines } = await openEmbeddedStores(clock);
  const { recordStore } = engines;
  const keep = (id: string, ageMs: number): Promise<number> =>
    recordStore.put(postedCollection, SYSTEM_SCOPE, { id, value: { messageIds: [], at: clock.now() - ageMs } });
  for (let index = 0; index < 1_000; index += 1) await keep(`new-${index}`, DAY_MS);
  for (let index = 0; index < 10; index += 1) await keep(`old-${index}`, 91 * DAY_MS);
  const adapter = openAdapter({ server, recordStore, clock });
  for (let index = 0; index < 20; index += 1)
    await adapter.post(addressIn({ id: channel.id, type: 0 }, guild.id, null), notice('Report.'), {
      key: `report/${index}`,
      signal: new AbortController().signal,
    });
  const old = await recordStore.list(postedCollection, SYSTEM_SCOPE, { prefix: 'old', limit: 100 });
  const kept = await recordStore.list(postedCollection, SYSTEM_SCOPE, { prefix: 'new', limit: 1_000 });
  expect([old.length, kept.length]).toEqual([0, 1_000]);
});
