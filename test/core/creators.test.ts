import { expect, it } from 'vitest';
import { z } from 'zod';
import { createCreators } from '../../src/core/creators.js';
import { creatorIdSchema } from '../../src/core/ids.js';
import { SYSTEM_SCOPE } from '../../src/core/ports/record-store.js';
import { openEmbeddedStores } from '../support/embedded-stores.js';
import { createFakeClock } from '../support/fake-clock.js';

const coach = creatorIdSchema.parse('coach');
const team = creatorIdSchema.parse('team');

it('leaves a creator whose record cannot be read out of the list until it is added again', async () => {
  const clock = createFakeClock();
  const { engines } = await openEmbeddedStores(clock);
  const creators = createCreators({ recordStore: engines.recordStore, now: () => clock.now() });
  await creators.add(team);
  const anything = { name: 'creators', schema: z.unknown() };
  await engines.recordStore.put(anything, SYSTEM_SCOPE, { id: coach, value: { createdAt: 'tomorrow' } });
  expect(await creators.list()).toEqual([team]);
  await creators.add(coach);
  expect(await creators.list()).toEqual([coach, team]);
});
