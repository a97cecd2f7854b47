import { createRecordStore } from '../../../src/adapters/sqlite/record-store.js';
import { describeRecordStoreContract } from '../../contracts/record-store.contract.js';
import { silentLogger } from '../../support/silent-logger.js';
import { openSubject } from './subject.js';

describeRecordStoreContract('sqlite', () => openSubject(({ database }) => createRecordStore(database, silentLogger)));
