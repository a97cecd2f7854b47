import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Upload } from '../../../src/adapters/web/page/wire.js';
import { notice } from '../../../src/core/chat/outgoing-message.js';
import { DocentError } from '../../../src/core/errors.js';
import { blobIdSchema, documentIdOf } from '../../../src/core/ids.js';
import { documentCollection } from '../../../src/core/ingest/document-record.js';
import { lastEvent, openReply, room } from './asking.js';
import { type Browser, type OpenedWeb, openWeb } from './open-web.js';

const AWAY = { userMessage: 'The store is away.', retryable: true };
const never = new AbortController().signal;

function send(
  browser: Browser,
  body: string | ReadableStream<Uint8Array> | null,
  name = 'guide.txt',
  requestId: string = randomUUID(),
): Promise<Response> {
  const query = new URLSearchParams({ requestId, name }).toString();
  const headers = { 'content-type': 'application/octet-stream' };
  return browser.fetch(`${room}/uploads?${query}`, { method: 'POST', headers, ...(body === null ? {} : { body }) });
}

const uploads = async (browser: Browser): Promise<Upload[]> =>
  (await browser.send<{ uploads: Upload[] }>('GET', `${room}/uploads`)).uploads;

const keptBlobs = (web: OpenedWeb): Promise<number> => web.engines.blobStore.eraseCreator(web.host.defaultCreatorId);

describe('an upload', () => {
  it('keeps the bytes, then asks to read them', async () => {
    const web = await openWeb();
    const response = await send(await web.visit(), 'All about days.');
    expect(response.status).toBe(202);
    const { body, attachments, creatorId } = lastEvent(web);
    expect(body).toEqual({ kind: 'command', name: 'ingest', input: {} });
    expect(creatorId).toBe('coach');
    expect(attachments).toMatchObject([{ name: 'guide.txt', sizeBytes: 15 }]);
    const blobId = blobIdSchema.parse(attachments[0]?.blob?.blobId);
    const bytes = await web.engines.blobStore.read(web.host.defaultCreatorId, blobId, never);
    expect(new TextDecoder().decode(bytes)).toBe('All about days.');
  });

  it('is shown until somebody has seen what became of it, also after a restart', async () => {
    const web = await openWeb();
    const browser = await web.visit();
    await send(browser, 'All about days.');
    expect(await uploads(browser)).toMatchObject([{ name: 'guide.txt', sizeBytes: 15, message: null }]);
    await (await openReply(web)).finish(notice('It can be asked about now.'));
    await web.restart();
    const [upload] = await uploads(browser);
    expect(upload).toMatchObject({ message: { text: 'It can be asked about now.' } });
    await browser.send('DELETE', `${room}/uploads/${upload?.uploadId}`);
    expect(await uploads(browser)).toEqual([]);
  });

  it('shows its outcome though it could not be shown before', async () => {
    const web = await openWeb();
    const browser = await web.visit();
    const { recordStore } = web.engines;
    const { put } = recordStore;
    Object.assign(recordStore, { put: () => Promise.reject(new DocentError('ENGINE_UNAVAILABLE', AWAY)) });
    const response = await send(browser, 'All about days.');
    Object.assign(recordStore, { put });
    expect({ status: response.status, shown: await uploads(browser) }).toEqual({ status: 202, shown: [] });
    await (await openReply(web)).finish(notice('It can be asked about now.'));
    expect(await uploads(browser)).toMatchObject([
      { name: 'guide.txt', sizeBytes: 15, message: { text: 'It can be asked about now.' } },
    ]);
  });

  it('is not shown before it is kept: a kill leaves nothing that is read for ever', async () => {
    const shown: Upload[][] = [];
    const accept = async (): Promise<'accepted'> => {
      shown.push(await uploads(browser));
      return 'accepted';
    };
    const web = await openWeb({ host: { accept } });
    const browser = await web.visit();
    await send(browser, 'All about days.');
    expect(shown).toEqual([[]]);
    expect(await uploads(browser)).toHaveLength(1);
  });

  it('over the limit is refused by its announced size, before a byte is read', async () => {
    const web = await openWeb({ host: { maxUploadBytes: 10 } });
    const browser = await web.visit();
    const query = new URLSearchParams({ requestId: randomUUID(), name: 'guide.txt' }).toString();
    const headers = { 'content-length': '11' };
    const response = await browser.fetch(`${room}/uploads?${query}`, { method: 'POST', body: 'short', headers });
    expect(response.status).toBe(413);
  });

  it('over the limit is refused while it streams, and leaves nothing behind', async () => {
    const web = await openWeb({ host: { maxUploadBytes: 1_000 } });
    const browser = await web.visit();
    let sentBytes = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sentBytes += 400;
        controller.enqueue(new Uint8Array(400));
      },
    });
    const response = await send(browser, endless);
    expect(response.status).toBe(413);
    expect(sentBytes).toBeLessThan(10_000);
    expect(web.host.events).toEqual([]);
    expect(await uploads(browser)).toEqual([]);
    expect(await keptBlobs(web)).toBe(0);
  });

  it('without bytes is refused', async () => {
    const web = await openWeb();
    expect((await send(await web.visit(), null)).status).toBe(400);
    expect(web.host.events).toEqual([]);
  });

  it('that is sent twice is read once', async () => {
    const web = await openWeb();
    const browser = await web.visit();
    const requestId = randomUUID();
    await send(browser, 'All about days.', 'guide.txt', requestId);
    await web.clock.advance(1_000);
    expect((await send(browser, 'All about days.', 'guide.txt', requestId)).status).toBe(409);
    expect(web.host.events).toHaveLength(1);
    expect(await uploads(browser)).toHaveLength(1);
    expect(await keptBlobs(web)).toBe(1);
  });

  it('that Docent cannot keep is refused, and leaves nothing behind', async () => {
    const accept = () => Promise.reject(new DocentError('QUEUE_FULL', { userMessage: 'Too much is waiting.' }));
    const web = await openWeb({ host: { accept } });
    const browser = await web.visit();
    expect((await send(browser, 'All about days.')).status).toBe(503);
    expect(await uploads(browser)).toEqual([]);
    expect(await keptBlobs(web)).toBe(0);
  });

  it('is not acknowledged while what keeps it is away, and leaves nothing behind', async () => {
    const web = await openWeb({ host: { accept: async () => 'refused' } });
    const browser = await web.visit();
    expect((await send(browser, 'All about days.')).status).toBe(503);
    expect(await uploads(browser)).toEqual([]);
    expect(await keptBlobs(web)).toBe(0);
  });

  it.each(['', ' ', 'x'.repeat(256)])('called %j is refused', async (name) => {
    const web = await openWeb();
    expect((await send(await web.visit(), 'bytes', name)).status).toBe(400);
    expect(web.host.events).toEqual([]);
  });
});

describe('names of files', () => {
  it('are known when a document of that name can be asked about', async () => {
    const web = await openWeb();
    const creatorId = web.host.defaultCreatorId;
    const put = (name: string, active: boolean) =>
      web.engines.recordStore.put(
        documentCollection,
        { creatorId },
        {
          id: documentIdOf(creatorId, name),
          value: documentCollection.schema.parse({
            documentId: documentIdOf(creatorId, name),
            name,
            title: name,
            status: active ? 'ready' : 'failed',
            active: active
              ? {
                  version: '0'.repeat(16),
                  contentHash: '',
                  sizeBytes: 1,
                  format: 'text',
                  pageCount: null,
                  chunkCount: 1,
                  embeddedCount: 1,
                  skipped: [],
                  publishedAt: 0,
                }
              : null,
            pendingVersion: null,
            failure: null,
            uploadedBy: 'web/page/someone',
            createdAt: 0,
            updatedAt: 0,
          }),
        },
      );
    await put('guide.txt', true);
    await put('broken.txt', false);
    const names = [' guide.txt', 'broken.txt', 'new.txt', '', '../'];
    const browser = await web.visit();
    expect(await browser.send('POST', `${room}/documents/known`, { names })).toEqual({ known: [' guide.txt'] });
  });
});
