import { channelLinkCollection } from '../../../core/chat/channel-link.js';
import { DocentError } from '../../../core/errors.js';
import type { CreatorId } from '../../../core/ids.js';
import type { Clock } from '../../../core/ports/clock.js';
import { type RecordStore, SYSTEM_SCOPE } from '../../../core/ports/record-store.js';
import { creatorCollection } from './records.js';
import { addRecord } from './update-record.js';

const MAX_CREATORS = 1_000;

/** The creators that a page can open: the default one, those made on a page, and those that channels are linked to. */
export interface Creators {
  /** In alphabetical order. */
  list(defaultCreatorId: CreatorId): Promise<CreatorId[]>;
  isKnown(creatorId: CreatorId, defaultCreatorId: CreatorId): Promise<boolean>;
  /** Harmless when it is known. @throws DocentError `QUEUE_FULL` past 1,000. */
  add(creatorId: CreatorId): Promise<void>;
  /** Says whether a page had made it. */
  remove(creatorId: CreatorId): Promise<boolean>;
}

/** Keeps the creators that were made on a page; the others are known by their links. */
export function createCreators(options: { readonly records: RecordStore; readonly clock: Clock }): Creators {
  const { records, clock } = options;
  const made = async () =>
    (await records.list(creatorCollection, SYSTEM_SCOPE, { limit: MAX_CREATORS })).map(({ value }) => value.creatorId);
  const linked = async () =>
    (await records.list(channelLinkCollection, SYSTEM_SCOPE, { limit: MAX_CREATORS })).map(
      ({ value }) => value.creatorId,
    );

  return {
    async list(defaultCreatorId) {
      const [fromPages, fromLinks] = await Promise.all([made(), linked()]);
      return [...new Set([defaultCreatorId, ...fromPages, ...fromLinks])].sort();
    },
    async isKnown(creatorId, defaultCreatorId) {
      if (creatorId === defaultCreatorId) return true;
      if ((await records.get(creatorCollection, SYSTEM_SCOPE, creatorId)) !== undefined) return true;
      return (await linked()).includes(creatorId);
    },
    async add(creatorId) {
      if ((await made()).length >= MAX_CREATORS)
        throw new DocentError('QUEUE_FULL', {
          userMessage: 'There are 1,000 creators, the most that are kept. Forget one that is no longer needed.',
        });
      await addRecord(records, creatorCollection, SYSTEM_SCOPE, {
        id: creatorId,
        value: { creatorId, createdAt: clock.now() },
      });
    },
    remove: (creatorId) => records.delete(creatorCollection, SYSTEM_SCOPE, creatorId),
  };
}
