import { expect, it } from 'vitest';
import type { JsonValue } from '../../../src/core/json.js';
import { type IngestJobOptions, runIngestJob } from '../../../src/core/ingest/ingest-job.js';
import { viewJob } from '../../../src/core/ingest/job-view.js';
import { coach, makeEvent } from '../../support/embedded-core.js';
import { openEmbeddedStores } from '../../support/embedded-stores.js';
import { engineAway } from '../../support/failing-engine.js';
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

it('an ingest job that cannot go on says so to whoever looks at it', async () => {
  const { engines } = await openEmbeddedStores(createFakeClock());
  let progress: JsonValue = null;
  const said: string[] = [];
  const options = {
    ...engines,
    openReply: async () => ({ status: async ({ text }: { readonly text: string }) => void said.push(text) }),
  } as unknown as IngestJobOptions;
  const payload = {
    creatorId: coach,
    event: makeEvent(),
    uploadedBy: 'member',
    replace: false,
    files: [{ name: 'a.md', failure: { code: 'DOCUMENT_EMPTY', userMessage: 'It is empty.' } }],
  } as JsonValue;
  const work = {
    id: 'e1',
    group: coach,
    payload,
    attempt: 1,
    signal: new AbortController().signal,
    progress: (report: JsonValue) => void (progress = report),
    saveProgress: () => Promise.reject(engineAway()),
  };
  await expect(runIngestJob(options, work)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  const status = {
    id: 'e1',
    queue: 'ingest',
    group: coach,
    state: 'active',
    position: 0,
    attempts: 1,
    payload,
  } as const;
  const view = await viewJob({ status: async () => ({ ...status, progress }) }, makeEvent().id);
  expect(view).toEqual({ status: { text: expect.stringContaining('I am trying again') } });
  expect(said).toEqual([expect.stringContaining('I am trying again')]);
});
