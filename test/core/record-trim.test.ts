import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { creatorIdSchema } from '../../src/core/ids.js';
import { createRecordTrim } from '../../src/core/record-trim.js';
import { openEmbeddedStores } from '../support/embedded-stores.js';
import { createFakeClock } from '../support/fake-clock.js';

const creatorId = creatorIdSchema.parse('coach');
const collection = { name: 'notes', schema: z.object({ isOld: z.boolean() }) };

async function openTrim(maxRecords?: number) {
  const { engines } = await openEmbeddedStores(createFakeClock());
  const { recordStore } = engines;
  const bound = maxRecords === undefined ? {} : { maxRecords };
  const trim = createRecordTrim({ recordStore, collection, isTooOld: ({ isOld }) => isOld, ...bound });
  const ids = async (): Promise<string[]> =>
    (await recordStore.list(collection, { creatorId }, { limit: 1_000 })).map(({ id }) => id);
  const write = async (count: number, isOld = false, from = 0): Promise<void> => {
    for (let index = from; index < from + count; index++) {
      await recordStore.put(collection, { creatorId }, { id: String(index).padStart(6, '0'), value: { isOld } });
      await trim({ creatorId });
    }
  };
  return { ids, write };
}

describe('record trim', () => {
  it('keeps no more than a fifth above the limit, and the last ids', async () => {
    const { ids, write } = await openTrim(300);
    await write(500);
    const kept = await ids();
    expect(kept.length).toBeGreaterThanOrEqual(300);
    expect(kept.length).toBeLessThanOrEqual(360);
    expect(kept.at(-1)).toBe('000499');
  });

  it('removes what is too old wherever it stands', async () => {
    const { ids, write } = await openTrim();
    await write(250, true);
    await write(60, false, 250);
    expect(await ids()).toEqual(Array.from({ length: 60 }, (_, index) => String(250 + index).padStart(6, '0')));
  });
});
