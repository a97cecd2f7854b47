import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type CreatorId, creatorIdSchema } from '../../src/core/ids.js';
import type { JsonValue } from '../../src/core/json.js';
import {
  type ListOptions,
  type RecordScope,
  type RecordStore,
  SYSTEM_SCOPE,
} from '../../src/core/ports/record-store.js';
import type { CreateSubject, Subject } from './subject.js';

const notes = { name: 'notes', schema: z.object({ text: z.string() }) };
const counts = { name: 'counts', schema: z.object({ count: z.number().int() }) };
const anything = { name: 'anything', schema: z.unknown() };
/** What an older version wrote into `notes`. */
const oldNotes = { name: 'notes', schema: z.object({ body: z.string() }) };

const creator = (name: string): CreatorId => creatorIdSchema.parse(name);
const coach: RecordScope = { creatorId: creator('coach') };
const guild: RecordScope = { creatorId: creator('guild') };
/** A creator may be called like the system scope. */
const namesake: RecordScope = { creatorId: creator('system') };

/** What every record store promises. */
export function describeRecordStoreContract(name: string, createSubject: CreateSubject<RecordStore>): void {
  describe(`RecordStore contract: ${name}`, () => {
    let subject: Subject<RecordStore>;
    beforeEach(async () => {
      subject = await createSubject();
    });
    const store = (): RecordStore => subject.port;
    const put = (id: string, text: string, scope = coach) => store().put(notes, scope, { id, value: { text } });
    const ids = async (options: ListOptions, scope = coach): Promise<string[]> =>
      (await store().list(notes, scope, options)).map(({ id }) => id);

    it('returns what was written', async () => {
      const revision = await put('a', 'hello');
      expect(await store().get(notes, coach, 'a')).toEqual({ id: 'a', value: { text: 'hello' }, revision });
    });

    it('knows nothing of an id that was never written', async () => {
      expect(await store().get(notes, coach, 'a')).toBeUndefined();
    });

    it('replaces a record and gives it a higher revision', async () => {
      const first = await put('a', 'one');
      const second = await put('a', 'two');
      expect(second).toBeGreaterThan(first);
      expect(await store().get(notes, coach, 'a')).toEqual({ id: 'a', value: { text: 'two' }, revision: second });
    });

    it('gives a record that is made anew a higher revision than the one that was deleted', async () => {
      const first = await put('a', 'one');
      await store().delete(notes, coach, 'a');
      expect(await put('a', 'two')).toBeGreaterThan(first);
    });

    it('writes over the expected revision only', async () => {
      const value = { text: 'changed' };
      const revision = await put('a', 'one');
      await store().put(notes, coach, { id: 'a', value: { text: 'two' } }, { ifRevision: revision });
      const late = store().put(notes, coach, { id: 'a', value }, { ifRevision: revision });
      await expect(late).rejects.toMatchObject({ code: 'RECORD_CONFLICT' });
      const missing = store().put(notes, coach, { id: 'b', value }, { ifRevision: revision });
      await expect(missing).rejects.toMatchObject({ code: 'RECORD_CONFLICT' });
      expect((await store().get(notes, coach, 'a'))?.value).toEqual({ text: 'two' });
    });

    it('lets one of many win that all write where nothing was', async () => {
      const attempts = Array.from({ length: 10 }, (_, index) =>
        store().put(notes, coach, { id: 'a', value: { text: `writer ${index}` } }, { ifRevision: 'absent' }),
      );
      const outcomes = await Promise.allSettled(attempts);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });

    it('refuses a value of the wrong shape and keeps what was there', async () => {
      await put('a', 'one');
      const wrong = { id: 'a', value: { text: 7 as unknown as string } };
      await expect(store().put(notes, coach, wrong)).rejects.toMatchObject({ code: 'RECORD_INVALID' });
      expect((await store().get(notes, coach, 'a'))?.value).toEqual({ text: 'one' });
    });

    it.each([
      ['an empty id', ''],
      ['an id over 1,500 characters', 'a'.repeat(1_501)],
      ['an id with a NUL', 'a\0b'],
      ['half a character as id', '\ud800'],
    ])('refuses %s', async (_what, id) => {
      await expect(put(id, 'x')).rejects.toMatchObject({ code: 'RECORD_INVALID' });
    });

    it('says so when a stored record has lost its shape', async () => {
      await store().put(oldNotes, coach, { id: 'a', value: { body: 'old' } });
      await expect(store().get(notes, coach, 'a')).rejects.toMatchObject({ code: 'RECORD_INVALID' });
    });

    it('leaves records that lost their shape out of lists, and fills the list with others', async () => {
      for (const id of ['a', 'b', 'c']) await store().put(oldNotes, coach, { id, value: { body: 'old' } });
      for (const id of ['d', 'e', 'f']) await put(id, 'new');
      expect(await ids({ limit: 2 })).toEqual(['d', 'e']);
      expect(await ids({ limit: 2, reverse: true, after: 'e' })).toEqual(['d']);
    });

    it('deletes a record and says whether it was there', async () => {
      await put('a', 'one');
      expect(await store().delete(notes, coach, 'a')).toBe(true);
      expect(await store().delete(notes, coach, 'a')).toBe(false);
      expect(await store().get(notes, coach, 'a')).toBeUndefined();
    });

    it('lists in code-point order, forwards and backwards', async () => {
      const ordered = ['A', 'B', 'a', 'a!', 'a/b', 'ab', 'é', '\uffee', '\u{1f600}'];
      for (const id of ordered.toReversed()) await put(id, id);
      expect(await ids({ limit: 100 })).toEqual(ordered);
      expect(await ids({ limit: 100, reverse: true })).toEqual(ordered.toReversed());
    });

    it('lists what starts with a prefix, and takes every character of it literally', async () => {
      for (const id of ['a%', 'a%b', 'a', 'ab', 'a_', 'a*c', 'a\u{10ffff}', 'b%']) await put(id, id);
      expect(await ids({ limit: 100, prefix: 'a%' })).toEqual(['a%', 'a%b']);
      expect(await ids({ limit: 100, prefix: 'a_' })).toEqual(['a_']);
      expect(await ids({ limit: 100, prefix: 'a*' })).toEqual(['a*c']);
      expect(await ids({ limit: 100, prefix: 'a' })).toHaveLength(7);
    });

    it('pages through a list without gap or repetition, in both directions', async () => {
      const all = Array.from({ length: 25 }, (_, index) => `p/${String(index).padStart(2, '0')}`);
      for (const id of [...all, 'o', 'q']) await put(id, id);
      for (const reverse of [false, true]) {
        const seen: string[] = [];
        for (let page = await ids({ prefix: 'p/', limit: 10, reverse }); page.length > 0;) {
          seen.push(...page);
          page = await ids({ prefix: 'p/', limit: 10, reverse, after: page.at(-1) ?? '' });
        }
        expect(seen).toEqual(reverse ? all.toReversed() : all);
      }
    });

    it('keeps collections apart', async () => {
      await put('a', 'one');
      await store().put(counts, coach, { id: 'a', value: { count: 1 } });
      await store().delete(counts, coach, 'a');
      expect((await store().get(notes, coach, 'a'))?.value).toEqual({ text: 'one' });
    });

    it('keeps the system, a creator called system and other creators apart', async () => {
      const scopes = [SYSTEM_SCOPE, namesake, coach, guild] as const;
      for (const [index, scope] of scopes.entries()) await put('a', `room ${index}`, scope);
      for (const [index, scope] of scopes.entries())
        expect((await store().get(notes, scope, 'a'))?.value).toEqual({ text: `room ${index}` });
    });

    it('erases everything of one creator and nothing else', async () => {
      const scopes = [SYSTEM_SCOPE, namesake, coach] as const;
      for (const scope of scopes) for (let index = 0; index < 3; index += 1) await put(`id ${index}`, 'x', scope);
      await store().put(counts, namesake, { id: 'a', value: { count: 1 } });
      expect(await store().eraseCreator(creator('system'))).toBe(4);
      expect(await store().eraseCreator(creator('system'))).toBe(0);
      expect(await ids({ limit: 10 }, namesake)).toEqual([]);
      expect(await ids({ limit: 10 }, coach)).toHaveLength(3);
      expect(await ids({ limit: 10 }, SYSTEM_SCOPE)).toHaveLength(3);
    });

    it('erases many records', async () => {
      await Promise.all(Array.from({ length: 600 }, (_, index) => put(`id ${index}`, 'x')));
      expect(await store().eraseCreator(creator('coach'))).toBe(600);
      expect(await ids({ limit: 10 })).toEqual([]);
    });

    it('keeps what was written over a crash', async () => {
      const revision = await put('a', 'one');
      await put('b', 'two');
      await store().delete(notes, coach, 'b');
      await subject.reopen();
      expect(await store().get(notes, coach, 'a')).toEqual({ id: 'a', value: { text: 'one' }, revision });
      expect(await store().get(notes, coach, 'b')).toBeUndefined();
      expect(await put('b', 'three')).toBeGreaterThan(revision);
    });

    it('keeps any text as id and any JSON as value', async () => {
      const record = fc.record({
        id: fc.string({ unit: 'binary', minLength: 1, maxLength: 700 }).filter((id) => !id.includes('\0')),
        value: fc.jsonValue(),
      });
      const keepsIt = fc.asyncProperty(record, async ({ id, value }) => {
        await store().put(anything, coach, { id, value });
        const stored = await store().get(anything, coach, id);
        expect(stored?.id).toBe(id);
        expect(stored?.value).toEqual(JSON.parse(JSON.stringify(value)) as JsonValue);
        expect(await store().list(anything, coach, { limit: 1, prefix: id })).toMatchObject([{ id }]);
      });
      await fc.assert(keepsIt, { numRuns: 60 });
    });

    it('never lets a record cross from room to room, whatever is done', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
          const { port } = await createSubject();
          const model = new Map<string, string>();
          for (const each of steps) {
            const { found, expected } = await applyStep(port, model, each);
            expect(found).toBe(expected);
          }
          for (const scope of rooms) expect(await contents(port, scope)).toEqual(expectedContents(model, scope));
        }),
        { numRuns: 25 },
      );
    });

    it('is healthy', async () => {
      expect((await store().health(AbortSignal.timeout(5_000))).state).toBe('healthy');
    });
  });
}

const rooms: readonly RecordScope[] = [SYSTEM_SCOPE, namesake, coach, guild];
const room = fc.nat({ max: rooms.length - 1 });
const id = fc.constantFrom('a', 'ab', 'a/b', 'b');
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('put' as const), room, id, text: fc.string() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), room, id }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('erase' as const), room }) },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** Where the model keeps a record: a room's number, then its id. */
const modelKey = (roomIndex: number, recordId: string): string => `${roomIndex}:${recordId}`;

/** Does a step to the store and to the model, and tells what each made of it. */
async function applyStep(store: RecordStore, model: Map<string, string>, each: Step) {
  const scope = rooms[each.room] ?? SYSTEM_SCOPE;
  if (each.kind === 'put') {
    await store.put(notes, scope, { id: each.id, value: { text: each.text } });
    model.set(modelKey(each.room, each.id), each.text);
    return { found: true, expected: true };
  }
  if (each.kind === 'delete') {
    const wasThere = model.delete(modelKey(each.room, each.id));
    return { found: await store.delete(notes, scope, each.id), expected: wasThere };
  }
  if (scope === SYSTEM_SCOPE) return { found: 0, expected: 0 };
  const gone = [...model.keys()].filter((key) => key.startsWith(`${each.room}:`));
  for (const key of gone) model.delete(key);
  return { found: await store.eraseCreator(scope.creatorId), expected: gone.length };
}

async function contents(store: RecordStore, scope: RecordScope): Promise<Record<string, string>> {
  const records = await store.list(notes, scope, { limit: 1_000 });
  return Object.fromEntries(records.map(({ id: recordId, value }) => [recordId, value.text]));
}

function expectedContents(model: ReadonlyMap<string, string>, scope: RecordScope): Record<string, string> {
  const prefix = `${rooms.indexOf(scope)}:`;
  const own = [...model].filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(own.map(([key, text]) => [key.slice(prefix.length), text]));
}
