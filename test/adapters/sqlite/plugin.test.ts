import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../../src/adapters/sqlite/database.js';
import plugin from '../../../src/adapters/sqlite/plugin.js';
import { docentMigrations } from '../../../src/adapters/sqlite/schema.js';
import { conversationIdSchema, creatorIdSchema, memberKeySchema } from '../../../src/core/ids.js';
import type { Contributions, Engines, PluginContext } from '../../../src/core/plugin.js';
import { type FakeClock, createFakeClock } from '../../support/fake-clock.js';
import { makeChunk } from '../../support/make-chunk.js';
import { silentLogger } from '../../support/silent-logger.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const coach = creatorIdSchema.parse('coach');
const conversationId = conversationIdSchema.parse('coach/thread');

async function create(
  dataFolder: string,
  clock: FakeClock = createFakeClock(),
  chosenFor = plugin.provides ?? [],
): Promise<Contributions> {
  const settings = plugin.settings?.parse({}) ?? {};
  const context: PluginContext<never> = {
    settings: settings as never,
    chosenFor,
    engines: {} as Engines,
    clock,
    logger: silentLogger,
    dataFolder,
  };
  const contributions = await plugin.create?.(context);
  if (contributions === undefined) throw new Error('the plugin creates nothing');
  return contributions;
}

describe('sqlite plugin', () => {
  it('gives every engine that it names, all healthy', async () => {
    const { engines, stop } = await create(await temporaryFolder());
    expect(Object.keys(engines ?? {}).toSorted()).toEqual([...(plugin.provides ?? [])].toSorted());
    for (const engine of Object.values(engines ?? {}))
      expect(await (engine as Engines['recordStore']).health(AbortSignal.timeout(5_000))).toMatchObject({
        state: 'healthy',
      });
    await stop?.();
  });

  it('makes nothing but the files of the engines it was chosen for', async () => {
    const folder = await temporaryFolder();
    const { engines, stop } = await create(folder, createFakeClock(), ['keywordIndex']);
    await engines?.keywordIndex?.upsert(coach, [makeChunk()]);
    await stop?.();
    expect((await readdir(folder)).toSorted()).toEqual(['knowledge', 'owner.sqlite']);
  });

  it('owns its data folder until it is stopped', async () => {
    const folder = await temporaryFolder();
    const first = await create(folder);
    await expect(create(folder)).rejects.toMatchObject({ code: 'DATA_FOLDER_IN_USE' });
    await first.stop?.();
    await (await create(folder)).stop?.();
  });

  it('keeps what was written for the next start', async () => {
    const folder = await temporaryFolder();
    const first = await create(folder);
    await first.engines?.metricStore?.add(coach, '20261201', { detail: { questions: 1 }, rollUp: { questions: 1 } });
    await first.engines?.coordinator?.enqueue({ queue: 'jobs', id: 'a', group: 'coach', payload: null });
    await first.stop?.();
    const second = await create(folder);
    expect(await second.engines?.metricStore?.read(coach, ['20261201'], 'detail')).toHaveLength(1);
    expect(await second.engines?.coordinator?.status('jobs', 'a')).toMatchObject({ state: 'waiting' });
    await second.stop?.();
  });

  it('sweeps what has expired from the disk as time goes by', async () => {
    const folder = await temporaryFolder();
    const clock = createFakeClock();
    const { engines, stop } = await create(folder, clock);
    const common = { conversationId, memberKey: memberKeySchema.parse('ada'), timestamp: 1, metadata: {} };
    const question = { ...common, id: 'q', senderType: 'user', content: 'how?' } as const;
    const answer = { ...common, id: 'a', senderType: 'ai', content: 'so' } as const;
    await engines?.conversationStore?.append(coach, conversationId, { question, answer });
    await clock.advance(24 * 60 * 60_000 + 10 * 60_000);
    await stop?.();
    const database = await openDatabase({ path: path.join(folder, 'docent.sqlite'), migrations: docentMigrations });
    expect(database.all('SELECT 1 FROM messages')).toEqual([]);
    database.close();
  });
});
