import type { z } from 'zod';
import type { Eraser } from '../../../core/erasure.js';
import type { CreatorId, MemberKey } from '../../../core/ids.js';
import type { Collection, RecordStore } from '../../../core/ports/record-store.js';
import { exchangeCollection, threadCollection, uploadCollection } from './records.js';
import { titleFrom } from './threads.js';

const BATCH = 500;

/**
 * Forgets what the page keeps: a member's questions (with the replies to them) and uploads, or a creator's whole
 * transcript. `erased` is called afterwards, for the pages that are open.
 */
export function createEraser(options: {
  readonly records: RecordStore;
  readonly erased: (creatorId: CreatorId) => void;
}): Eraser {
  const { records, erased } = options;

  const removeWhere = async <Shape extends z.ZodType>(
    creatorId: CreatorId,
    collection: Collection<Shape>,
    isTheirs: (value: z.infer<Shape>) => boolean,
  ): Promise<number> => {
    let removed = 0;
    for (let after: string | undefined; ;) {
      const position = after === undefined ? {} : { after };
      const batch = await records.list(collection, { creatorId }, { limit: BATCH, ...position });
      const last = batch.at(-1);
      if (last === undefined) return removed;
      for (const { id, value } of batch)
        if (isTheirs(value) && (await records.delete(collection, { creatorId }, id))) removed += 1;
      after = last.id;
    }
  };

  /** A title made of the member's words goes too: the next question gives one, and an empty thread goes whole. */
  const retitle = async (creatorId: CreatorId, memberKey: MemberKey): Promise<void> => {
    const threads = await records.list(threadCollection, { creatorId }, { limit: 1_000 });
    for (const { id, value } of threads.filter((thread) => thread.value.titledBy === memberKey)) {
      const [first] = await records.list(exchangeCollection, { creatorId }, { prefix: `${id}/`, limit: 1 });
      if (first === undefined) await records.delete(threadCollection, { creatorId }, id);
      else {
        const { question, memberKey: titledBy } = first.value;
        const title = question === null ? null : titleFrom(question);
        await records.put(threadCollection, { creatorId }, { id, value: { ...value, title, titledBy } });
      }
    }
  };

  return {
    name: 'web',
    async eraseMember(creatorId, memberKey) {
      const exchanges = await removeWhere(creatorId, exchangeCollection, (asked) => asked.memberKey === memberKey);
      const uploads = await removeWhere(creatorId, uploadCollection, (upload) => upload.memberKey === memberKey);
      await retitle(creatorId, memberKey);
      erased(creatorId);
      return [
        { what: 'questions on the page', count: exchanges },
        { what: 'upload notes on the page', count: uploads },
      ];
    },
    async eraseCreator(creatorId) {
      const exchanges = await removeWhere(creatorId, exchangeCollection, () => true);
      const uploads = await removeWhere(creatorId, uploadCollection, () => true);
      const threads = await removeWhere(creatorId, threadCollection, () => true);
      erased(creatorId);
      return [
        { what: 'questions on the page', count: exchanges },
        { what: 'upload notes on the page', count: uploads },
        { what: 'threads on the page', count: threads },
      ];
    },
  };
}
