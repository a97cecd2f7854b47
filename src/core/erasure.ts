import type { CreatorId, MemberKey } from './ids.js';

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

/** Runs every eraser, of the core and of each plugin. */
export interface Erasure {
  /** What is kept of a member in a creator's room. @throws DocentError when an eraser failed, after all were tried. */
  forgetMember(creatorId: CreatorId, memberKey: MemberKey): Promise<Erased[]>;
  /** Everything of a creator. @throws as `forgetMember`. */
  forgetCreator(creatorId: CreatorId): Promise<Erased[]>;
}
