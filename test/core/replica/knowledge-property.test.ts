import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type CreatorId, creatorIdSchema, documentIdOf, documentVersionSchema } from '../../../src/core/ids.js';
import type { ChunkStore } from '../../../src/core/ports/chunk-store.js';
import type { KeywordIndex } from '../../../src/core/ports/keyword-index.js';
import { createKnowledge } from '../../../src/core/replica/knowledge.js';
import { openEmbeddedStores } from '../../support/embedded-stores.js';
import { createFakeClock } from '../../support/fake-clock.js';
import { makeChunk } from '../../support/make-chunk.js';
import { type SharedChunkStore, createSharedChunkStore } from '../../support/shared-chunk-store.js';
import { silentLogger } from '../../support/silent-logger.js';

type Write =
  | { readonly kind: 'put'; readonly name: string; readonly version: string; readonly count: number }
  | { readonly kind: 'delete'; readonly name: string; readonly keep: string | undefined }
  | { readonly kind: 'erase' }
  | { readonly kind: 'trim' };
interface Question {
  readonly kind: 'question';
  /** What others write while the copy is caught up: one write before each call to the shared store. */
  readonly meanwhile: readonly Write[];
  /** The process dies at this write to the copy. */
  readonly diesAt: number | undefined;
}

const name = fc.constantFrom('handbook.md', 'rules.md', 'food.md');
const version = fc.constantFrom('0'.repeat(16), '1'.repeat(16));
const write: fc.Arbitrary<Write> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('put' as const), name, version, count: fc.integer({ min: 1, max: 40 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('delete' as const), name, keep: fc.option(version, { nil: undefined }) }),
  },
  { weight: 1, arbitrary: fc.constantFrom<Write>({ kind: 'erase' }, { kind: 'trim' }) },
);
const question: fc.Arbitrary<Question> = fc.record({
  kind: fc.constant('question' as const),
  meanwhile: fc.array(write, { maxLength: 4 }),
  diesAt: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
});
const history = fc.array(fc.oneof({ weight: 2, arbitrary: write }, { weight: 1, arbitrary: question }), {
  maxLength: 20,
});

async function apply(shared: SharedChunkStore, creatorId: CreatorId, one: Write): Promise<void> {
  if (one.kind === 'trim') shared.trim(creatorId);
  if (one.kind === 'erase') await shared.eraseCreator(creatorId);
  if (one.kind === 'put') {
    const chunks = Array.from({ length: one.count }, (_, index) => makeChunk({ ...one, creator: creatorId, index }));
    await shared.put(creatorId, chunks);
  }
  if (one.kind === 'delete') {
    const keep = one.keep === undefined ? undefined : documentVersionSchema.parse(one.keep);
    await shared.deleteDocument(creatorId, documentIdOf(creatorId, one.name), keep);
  }
}

class Death extends Error {}

/** A process over the copy on disk that dies at its nth write, in the middle of it or not at all. */
function openProcess(shared: SharedChunkStore, keywordIndex: KeywordIndex, diesAt = Infinity) {
  let writes = 0;
  const mortal =
    <Args extends unknown[], Result>(call: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      writes += 1;
      if (writes >= diesAt) throw new Death();
      return call(...args);
    };
  const { replica } = keywordIndex;
  if (replica === undefined) throw new Error('the index has no replica');
  const { chunkStore } = replica;
  const mortalStore: ChunkStore = {
    ...chunkStore,
    deleteDocument: mortal(chunkStore.deleteDocument),
    eraseCreator: mortal(chunkStore.eraseCreator),
  };
  return createKnowledge({
    chunkStore: shared,
    keywordIndex: {
      ...keywordIndex,
      deleteDocument: mortal(keywordIndex.deleteDocument),
      eraseCreator: mortal(keywordIndex.eraseCreator),
      replica: {
        ...replica,
        put: mortal(replica.put),
        chunkStore: mortalStore,
        setPlace: mortal(replica.setPlace),
      },
    },
    clock: createFakeClock(),
    logger: silentLogger,
    beforeDelete: async () => {},
  });
}

it('a copy holds exactly what the shared store holds, whatever is written meanwhile and wherever processes die', async () => {
  const { engines } = await openEmbeddedStores(createFakeClock());
  const { keywordIndex } = engines;
  const signal = new AbortController().signal;
  let run = 0;
  await fc.assert(
    fc.asyncProperty(history, async (steps) => {
      const creatorId = creatorIdSchema.parse(`run-${(run += 1)}`);
      const shared = createSharedChunkStore();
      for (const step of steps) {
        if (step.kind !== 'question') {
          await apply(shared, creatorId, step);
          continue;
        }
        const meanwhile = [...step.meanwhile];
        shared.beforeCall = async () => {
          const next = meanwhile.shift();
          if (next !== undefined) await apply(shared, creatorId, next);
        };
        await openProcess(shared, keywordIndex, step.diesAt)
          .prepare(creatorId, { signal, onBuild() {} })
          .catch((error: unknown) => {
            if (!(error instanceof Death)) throw error;
          });
        shared.beforeCall = () => {};
      }
      const { prepare, searched } = openProcess(shared, keywordIndex);
      await prepare(creatorId, { signal, onBuild() {} });
      const expected: string[] = [];
      for await (const page of shared.all(creatorId, signal)) expected.push(...page.map(({ id }) => id));
      const copied: string[] = [];
      for await (const page of searched.chunkStore.all(creatorId, signal)) copied.push(...page.map(({ id }) => id));
      const found = await searched.keywordIndex.candidates(creatorId, { text: 'passage', limit: 1_000, signal });
      expect(copied.toSorted()).toEqual(expected.toSorted());
      expect(found.candidates.map(({ chunkId }) => chunkId).toSorted()).toEqual(expected.toSorted());
    }),
    { numRuns: 60 },
  );
});
