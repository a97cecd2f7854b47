import type { Creators } from './creators.js';
import { DocentError, toDocentError } from './errors.js';
import type { CreatorId, MemberKey } from './ids.js';
import type { Logger } from './ports/logger.js';

/** What went, in words, such as `conversation messages`, and how many. */
export interface Erased {
  readonly what: string;
  readonly count: number;
}

/** Part of a plugin: what must go when somebody asks to be forgotten. Running twice is harmless. */
export interface Eraser {
  readonly name: string;
  eraseMember(creatorId: CreatorId, memberKey: MemberKey): Promise<Erased[]>;
  eraseCreator(creatorId: CreatorId): Promise<Erased[]>;
}

/** Runs every eraser, of the core and of each plugin. What went comes back by name, without what there was none of. */
export interface Erasure {
  /** What is kept of a member in a creator's room. @throws DocentError when an eraser failed, after all were tried. */
  forgetMember(creatorId: CreatorId, memberKey: MemberKey): Promise<Erased[]>;
  /** Everything of a creator. @throws as `forgetMember`. */
  forgetCreator(creatorId: CreatorId): Promise<Erased[]>;
}

/** @param options.erasers run one after another, in this order. */
export function createErasure({
  erasers,
  creators,
  logger,
}: {
  readonly erasers: readonly Eraser[];
  readonly creators: Pick<Creators, 'remove'>;
  readonly logger: Logger;
}): Erasure {
  async function eraseAll(erase: (eraser: Eraser) => Promise<Erased[]>): Promise<Erased[]> {
    const counts = new Map<string, number>();
    const failed: string[] = [];
    const causes: unknown[] = [];
    for (const eraser of erasers) {
      try {
        for (const { what, count } of await erase(eraser)) counts.set(what, (counts.get(what) ?? 0) + count);
      } catch (error) {
        failed.push(eraser.name);
        causes.push(error);
        logger.error('erasure.failed', { eraser: eraser.name, code: toDocentError(error).code }, error);
      }
    }
    if (failed.length > 0) throw incomplete(failed, causes);
    return [...counts].flatMap(([what, count]) => (count > 0 ? [{ what, count }] : []));
  }

  return {
    forgetMember: (creatorId, memberKey) => eraseAll((eraser) => eraser.eraseMember(creatorId, memberKey)),
    async forgetCreator(creatorId) {
      const erased = await eraseAll((eraser) => eraser.eraseCreator(creatorId));
      // Only now: one with something left must be there to be forgotten again.
      await creators.remove(creatorId);
      return erased;
    },
  };
}

function incomplete(failed: readonly string[], causes: readonly unknown[]): DocentError {
  return new DocentError('ENGINE_UNAVAILABLE', {
    userMessage: `Not everything could be erased: ${failed.join(', ')} failed, the rest is gone. Run the same command again to erase what is left.`,
    retryable: true,
    cause: new AggregateError(causes),
  });
}
