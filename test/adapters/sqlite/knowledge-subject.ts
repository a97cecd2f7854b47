import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createKnowledgeDatabases, type KnowledgeDatabases } from '../../../src/adapters/sqlite/knowledge-database.js';

/** What a store over knowledge files is made of, in a folder of its own that goes with `dispose`. */
export interface KnowledgeSubject<Store> {
  readonly folder: string;
  readonly first: Store;
  reopen(): Promise<Store>;
  dispose(): Promise<void>;
}

/** Opens knowledge files in an empty folder; `maxOpen` is small, so that files are closed and opened again in tests. */
export async function createKnowledgeSubject<Store>(
  create: (knowledge: KnowledgeDatabases) => Store,
): Promise<KnowledgeSubject<Store>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'docent-'));
  let knowledge = createKnowledgeDatabases({ folder, maxOpen: 2 });
  return {
    folder,
    first: create(knowledge),
    async reopen() {
      await knowledge.close();
      knowledge = createKnowledgeDatabases({ folder, maxOpen: 2 });
      return create(knowledge);
    },
    async dispose() {
      await knowledge.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
