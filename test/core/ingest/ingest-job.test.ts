import { expect, it } from 'vitest';
import type { JsonValue } from '../../../src/core/json.js';
import { type IngestJobOptions, runIngestJob } from '../../../src/core/ingest/ingest-job.js';
import { coach, makeEvent } from '../../support/embedded-core.js';
import { openEmbeddedStores } from '../../support/embedded-stores.js';
import { createFakeClock } from '../../support/fake-clock.js';

it('an ingest job saves the result of each file before it goes on', async () => {
  const { engines } = await openEmbeddedStores(createFakeClock());
  const steps: JsonValue[] = [];
  const options = {
    ...engines,
    openReply: async () => ({
      async status() {},
      async append() {},
      async finish() {
        steps.push('finished');
        return { messageIds: [] };
      },
    }),
  } as unknown as IngestJobOptions;
  const failure = { code: 'DOCUMENT_EMPTY', userMessage: 'It is empty.' };
  await runIngestJob(options, {
    id: 'e1',
    group: coach,
    payload: {
      creatorId: coach,
      event: makeEvent(),
      uploadedBy: 'member',
      replace: false,
      files: ['a.md', 'b.md'].map((name) => ({ name, failure })),
    } as JsonValue,
    attempt: 1,
    signal: new AbortController().signal,
    progress() {},
    saveProgress: async (report) => void steps.push(structuredClone(report)),
  });
  expect(steps).toMatchObject([
    { results: [{ name: 'a.md' }] },
    { results: [{ name: 'a.md' }, { name: 'b.md' }] },
    'finished',
  ]);
});
