import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createRecordStore } from '../../../src/adapters/redis/record-store.js';
import { creatorIdSchema } from '../../../src/core/ids.js';
import { describeRecordStoreContract } from '../../contracts/record-store.contract.js';
import { describeWith } from '../../support/obtained.js';
import { useRedisServer } from '../../support/redis-server.js';
import { openStorage, openSubject } from './subject.js';

const notes = { name: 'notes', schema: z.object({ text: z.string() }) };
const creatorId = creatorIdSchema.parse('coach');
const scope = { creatorId };

describeWith('redis-server', 'records on Redis', (part) => {
  const server = useRedisServer(part);
  const environment = () => ({ REDIS_URL: server().url });

  describeRecordStoreContract('redis', () =>
    openSubject(environment(), ({ connection, logger }) => createRecordStore(connection, logger)),
  );

  describe('record store on Redis', () => {
    const open = async () => {
      const storage = await openStorage(environment());
      return { ...storage, store: createRecordStore(storage.connection, storage.logger) };
    };
    const put = async ({ store }: Awaited<ReturnType<typeof open>>, id: string) =>
      store.put(notes, scope, { id, value: { text: id } });

    it.each([
      ['no JSON', '1 {"text":'],
      ['no revision', '{"text":"a"}'],
      ['nothing', ''],
    ])(
      'leaves out of lists what is stored as %s, counts it in the log, and refuses to get it',
      async (_what, stored) => {
        const storage = await open();
        for (const id of ['a', 'b', 'c']) await put(storage, id);
        const records = storage.connection.key('records:creator:coach');
        await storage.connection.run((client) => client.hset(records, 'notes:a', stored));
        expect((await storage.store.list(notes, scope, { limit: 2 })).map(({ id }) => id)).toEqual(['b', 'c']);
        expect(storage.logger.lines).toContainEqual(
          expect.objectContaining({ event: 'records.invalid', fields: { collection: 'notes', skipped: 1 } }),
        );
        await expect(storage.store.get(notes, scope, 'a')).rejects.toMatchObject({ code: 'RECORD_INVALID' });
      },
    );

    it('leaves nothing of a creator that was erased, and takes no old revision for a new one', async () => {
      const storage = await open();
      const last = (await put(storage, 'a'), await put(storage, 'a'));
      await storage.store.eraseCreator(creatorId);
      expect(await storage.keys()).toEqual([]);
      expect(await put(storage, 'a')).toBeGreaterThanOrEqual(last - 1);
      await expect(
        storage.store.put(notes, scope, { id: 'a', value: { text: 'b' } }, { ifRevision: 1 }),
      ).rejects.toMatchObject({ code: 'RECORD_CONFLICT' });
    });
  });
});
