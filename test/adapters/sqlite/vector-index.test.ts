import { createVectorIndex } from '../../../src/adapters/sqlite/vector-index.js';
import { createKnowledgeDatabases } from '../../../src/adapters/sqlite/knowledge-database.js';
import { describeVectorIndexContract } from '../../contracts/vector-index.contract.js';
import { openSubject } from './subject.js';

describeVectorIndexContract('sqlite', () =>
  openSubject(({ folder }) => createVectorIndex(createKnowledgeDatabases({ folder, maxOpen: 2 }))),
);
