import { createVectorIndex } from '../../../src/adapters/sqlite/vector-index.js';
import { describeVectorIndexContract } from '../../contracts/vector-index.contract.js';
import { createKnowledgeSubject } from './knowledge-subject.js';

describeVectorIndexContract('SQLite', async () => {
  const { first, ...subject } = await createKnowledgeSubject(createVectorIndex);
  return { ...subject, index: first };
});
