import { describe, expect, it } from 'vitest';
import { type DocumentId, documentIdOf } from '../../../src/core/ids.js';
import { createDocumentRegistry } from '../../../src/core/ingest/document-registry.js';
import { handbook } from '../../support/answering-room.js';
import { coach, openEmbeddedCore } from '../../support/embedded-core.js';
import { settle } from '../../support/fake-clock.js';
import { createFailingEngines, engineAway } from '../../support/failing-engine.js';
import { silentLogger } from '../../support/silent-logger.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { createTestServices } from '../../support/test-services.js';

const MINUTE_MS = 60_000;

/** A registry of another process, which hears of no change, over stores that fail as the test says. */
async function openElsewhere() {
  const core = await openEmbeddedCore(await temporaryFolder());
  await core.post('handbook.md', handbook);
  await core.settleWork();
  const failing = createFailingEngines(core.engines, core.clock);
  const { creators } = createTestServices({ engines: failing.engines, clock: core.clock });
  const { recordStore, coordinator } = failing.engines;
  const parts = { recordStore, coordinator, creators, clock: core.clock, logger: silentLogger };
  const documents = createDocumentRegistry(parts);
  return {
    core,
    failing,
    documents,
    names: async (): Promise<string[]> => [...(await documents.active(coach)).values()].map(({ name }) => name),
    forget: (name: string) => core.ingestion.forget(coach, documentIdOf(coach, name)),
    reads: (): number => failing.calls.filter((call) => call === 'recordStore.list').length,
  };
}

describe('the documents that are kept in memory', () => {
  it('are read anew after five minutes, as a change may have been missed', async () => {
    const { core, names, forget, reads } = await openElsewhere();
    expect(await names()).toEqual(['handbook.md']);
    await forget('handbook.md');
    await core.clock.advance(5 * MINUTE_MS - 1);
    expect(await names()).toEqual(['handbook.md']);
    expect(reads()).toBe(1);
    await core.clock.advance(1);
    expect(await names()).toEqual([]);
  });

  it.each(['away', 'silent'] as const)(
    'serve on while the store is %s, and are current again after it',
    async (fault) => {
      const { core, failing, names, forget } = await openElsewhere();
      await names();
      await forget('handbook.md');
      failing.fault = () => fault;
      await core.clock.advance(60 * MINUTE_MS);
      const reading = names();
      await core.clock.advance(2_000);
      expect(await reading).toEqual(['handbook.md']);
      failing.fault = () => undefined;
      await core.clock.advance(10_000);
      expect(await names()).toEqual([]);
    },
  );

  it('are forgotten at once when another process erases the creator', async () => {
    const { core, documents, names } = await openElsewhere();
    const stop = new AbortController();
    const following = documents.follow(stop.signal);
    expect(await names()).toEqual(['handbook.md']);
    await core.engines.recordStore.eraseCreator(coach);
    await core.registry.drop(coach);
    await settle();
    expect(await names()).toEqual([]);
    stop.abort();
    await following;
  });

  it('are read anew where a change may have been missed', async () => {
    const { core, documents, names, forget } = await openElsewhere();
    await names();
    let fail: ((error: Error) => void) | undefined;
    core.engines.coordinator.follow = async function* () {
      await new Promise((_resolve, reject) => {
        fail = reject;
      });
      yield* [];
    };
    const stop = new AbortController();
    const following = documents.follow(stop.signal);
    await forget('handbook.md');
    expect(await names()).toEqual(['handbook.md']);
    fail?.(engineAway());
    await core.clock.advance(1_000);
    expect(await names()).toEqual([]);
    stop.abort();
    fail?.(engineAway());
    await following;
  });

  it('are not asked for by each question while the store is away', async () => {
    const { core, failing, names, reads } = await openElsewhere();
    await names();
    failing.fault = () => 'away';
    await core.clock.advance(5 * MINUTE_MS);
    for (let question = 0; question < 5; question++) await names();
    expect(reads()).toBe(2);
  });

  it('are not made up where none are known', async () => {
    const { core, failing, documents, names } = await openElsewhere();
    failing.fault = () => 'silent';
    const reading = documents.active(coach).catch((error: unknown) => error);
    await core.clock.advance(2_000);
    expect(await reading).toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    failing.fault = () => undefined;
    expect(await names()).toEqual(['handbook.md']);
  });

  it('keep what this process itself changes while they are read anew', async () => {
    const { core, names, forget } = await openElsewhere();
    const active = (): Promise<ReadonlyMap<DocumentId, unknown>> => core.registry.active(coach);
    await active();
    await core.clock.advance(5 * MINUTE_MS);
    await Promise.all([active(), forget('handbook.md'), active()]);
    expect((await active()).size).toBe(0);
    expect(await names()).toEqual([]);
  });
});
