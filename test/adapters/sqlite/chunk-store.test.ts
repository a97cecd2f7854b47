import { createChunkStore } from '../../../src/adapters/sqlite/chunk-store.js';
import { createKnowledgeDatabases } from '../../../src/adapters/sqlite/knowledge-database.js';
import { describeChunkStoreContract } from '../../contracts/chunk-store.contract.js';
import { openSubject } from './subject.js';

describeChunkStoreContract('sqlite', () =>
  openSubject(({ folder }) => createChunkStore(createKnowledgeDatabases({ folder, maxOpen: 2 }))),
);
