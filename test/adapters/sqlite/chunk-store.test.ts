import { createChunkStore } from '../../../src/adapters/sqlite/chunk-store.js';
import { describeChunkStoreContract } from '../../contracts/chunk-store.contract.js';
import { createKnowledgeSubject } from './knowledge-subject.js';

describeChunkStoreContract('SQLite', async () => {
  const { first, ...subject } = await createKnowledgeSubject(createChunkStore);
  return { ...subject, store: first };
});
