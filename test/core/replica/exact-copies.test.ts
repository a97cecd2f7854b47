import { it } from 'vitest';
import { createSharedChunkStore } from '../../support/shared-chunk-store.js';
import { expectExactCopies } from './replica-property.js';

it('a copy holds exactly what the shared store holds, whatever is written meanwhile and wherever processes die', async () => {
  const store = createSharedChunkStore();
  await expectExactCopies({ store, trim: store.trim }, 60);
});
