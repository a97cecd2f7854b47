import fc from 'fast-check';
import { expect } from 'vitest';
import { type CreatorId, creatorIdSchema, documentIdOf, documentVersionSchema } from '../../../src/core/ids.js';
import type { ChunkLog, ChunkStore } from '../../../src/core/ports/chunk-store.js';
import type { KeywordIndex } from '../../../src/core/ports/keyword-index.js';
import { createKnowledge } from '../../../src/core/replica/knowledge.js';
import { openEmbeddedStores } from '../../support/embedded-stores.js';
import { createFakeClock } from '../../support/fake-clock.js';
import { makeChunk } from '../../support/make-chunk.js';
import { silentLogger } from '../../support/silent-logger.js';

/** A store that several processes share. */
export interface SharedStore {
  readonly store: ChunkStore & { readonly log: ChunkLog };
  /** Makes the log of a creator forget all but its end. */
  trim(creatorId: CreatorId): void | Promise<void>;
}

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

const passage: Write = { kind: 'put', name: 'handbook.md', version: '0'.repeat(16), count: 1 };
const nothing: Write = { kind: 'trim' };
/** Begun before there was a log, and erased before the log was looked at again. */
const ERASED_UNSEEN: readonly (readonly (Write | Question)[])[] = [
  [
    { kind: 'question', meanwhile: [nothing, passage], diesAt: 5 },
    { kind: 'question', meanwhile: [{ kind: 'erase' }], diesAt: undefined },
  ],
  [{ kind: 'question', meanwhile: [nothing, passage, nothing, { kind: 'erase' }], diesAt: undefined }],
];

async function apply({ store, trim }: SharedStore, creatorId: CreatorId, one: Write): Promise<void> {
  if (one.kind === 'trim') await trim(creatorId);
  if (one.kind === 'erase') await store.eraseCreator(creatorId);
  if (one.kind === 'put') {
    const chunks = Array.from({ length: one.count }, (_, index) => makeChunk({ ...one, creator: creatorId, index }));
    await store.put(creatorId, chunks);
  }
  if (one.kind === 'delete') {
    const keep = one.keep === undefined ? undefined : documentVersionSchema.parse(one.keep);
    await store.deleteDocument(creatorId, documentIdOf(creatorId, one.name), keep);
  }
}

class Death extends Error {}

/** The store as a process reads it, with something that happens before each of its calls. */
function interrupted({ store }: SharedStore, before: () => Promise<void>): ChunkStore {
  const { log } = store;
  return {
    ...store,
    get: (...args) => before().then(() => store.get(...args)),
    count: (...args) => before().then(() => store.count(...args)),
    async *all(...args) {
      await before();
      yield* store.all(...args);
    },
    log: {
      end: (...args) => before().then(() => log.end(...args)),
      after: (...args) => before().then(() => log.after(...args)),
    },
  };
}

/** A process over the copy on disk that dies at its nth write, in the middle of it or not at all. */
function openProcess(shared: ChunkStore, keywordIndex: KeywordIndex, diesAt = Infinity) {
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

/**
 * Whatever others write, also in the middle of a catching-up, and wherever processes die: a copy that is caught up holds
 * exactly what the shared store holds.
 */
export async function expectExactCopies(shared: SharedStore, numRuns: number): Promise<void> {
  const { engines } = await openEmbeddedStores(createFakeClock());
  const { keywordIndex } = engines;
  const signal = new AbortController().signal;
  const preparation = { signal, onBuild() {} };
  let run = 0;

  const ask = async (creatorId: CreatorId, { meanwhile, diesAt }: Question): Promise<void> => {
    const writes = meanwhile.values();
    const interrupt = async (): Promise<void> => {
      const { value, done } = writes.next();
      if (done !== true) await apply(shared, creatorId, value);
    };
    const { prepare } = openProcess(interrupted(shared, interrupt), keywordIndex, diesAt);
    await prepare(creatorId, preparation).catch((error: unknown) => {
      if (!(error instanceof Death)) throw error;
    });
  };

  await fc.assert(
    fc.asyncProperty(history, async (steps) => {
      const creatorId = creatorIdSchema.parse(`run-${(run += 1)}`);
      for (const step of steps)
        await (step.kind === 'question' ? ask(creatorId, step) : apply(shared, creatorId, step));
      const { prepare, searched } = openProcess(shared.store, keywordIndex);
      await prepare(creatorId, preparation);
      const expected = await idsOf(shared.store, creatorId);
      expect(await idsOf(searched.chunkStore, creatorId)).toEqual(expected);
      const found = await searched.keywordIndex.candidates(creatorId, { text: 'passage', limit: 1_000, signal });
      expect(found.candidates.map(({ chunkId }) => chunkId).toSorted()).toEqual(expected);
    }),
    { numRuns, examples: ERASED_UNSEEN.map((steps) => [[...steps]]) },
  );
}

async function idsOf(store: ChunkStore, creatorId: CreatorId): Promise<string[]> {
  const ids: string[] = [];
  for await (const page of store.all(creatorId, new AbortController().signal)) ids.push(...page.map(({ id }) => id));
  return ids.toSorted();
}
