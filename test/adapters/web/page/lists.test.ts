import { describe, expect, it } from 'vitest';
import type { RoomApi } from '../../../../src/adapters/web/page/api.js';
import { createThreadList } from '../../../../src/adapters/web/page/thread-list.js';
import { createUploadRows } from '../../../../src/adapters/web/page/upload-rows.js';
import type { Message, Thread, Upload } from '../../../../src/adapters/web/page/wire.js';

const thread = (threadId: string, lastAt: number): Thread => ({
  threadId,
  title: threadId,
  kind: 'talk',
  createdAt: 0,
  lastAt,
});

describe('the list of threads', () => {
  const listOf = async (threads: Thread[], total = threads.length) => {
    const list = createThreadList({ threads: async () => ({ threads, total }) } as unknown as RoomApi);
    await list.refresh();
    return list;
  };

  it('moves a thread up when it is used', async () => {
    const list = await listOf([thread('a', 2), thread('b', 1)]);
    list.apply({ type: 'thread', thread: thread('b', 3) });
    expect(list.state.value).toMatchObject({ threads: [{ threadId: 'b' }, { threadId: 'a' }], total: 2 });
  });

  it('counts threads that come and go, also those it does not show', async () => {
    const list = await listOf([thread('a', 2)], 5);
    list.apply({ type: 'thread', thread: thread('new', 3) });
    expect(list.state.value.total).toBe(6);
    list.apply({ type: 'threadRemoved', threadId: 'a' });
    list.apply({ type: 'threadRemoved', threadId: 'a' });
    expect(list.state.value).toMatchObject({ threads: [{ threadId: 'new' }], total: 5 });
  });
});

describe('the rows of uploads', () => {
  const message: Message = { kind: 'notice', text: 'Read.', sources: [], actions: [] };
  const upload = (outcome: Message | null): Upload => ({
    uploadId: '0mwstzqu6-key',
    name: 'guide.txt',
    sizeBytes: 5,
    startedAt: 0,
    message: outcome,
  });
  const sending = {
    key: 'key',
    uploadId: null,
    name: 'guide.txt',
    sizeBytes: 5,
    step: { kind: 'sending', doneBytes: 1 },
  } as const;

  it('know a file that this page sends again when the server tells of it', () => {
    const { rows, put, apply } = createUploadRows();
    put(sending);
    apply({ type: 'upload', upload: upload(null) });
    expect(rows.value).toMatchObject([{ key: 'key', step: { kind: 'reading', status: null } }]);
  });

  it('believe the server over the sending', () => {
    const { rows, put, setStep, apply } = createUploadRows();
    put(sending);
    apply({ type: 'upload', upload: upload(message) });
    setStep('key', { kind: 'refused', reason: 'The connection was lost.' });
    expect(rows.value).toMatchObject([{ step: { kind: 'done' } }]);
  });

  it('show the newest status, and forget it when the server starts afresh', () => {
    const { rows, apply } = createUploadRows();
    apply({ type: 'uploadStatus', uploadId: '0mwstzqu6-key', status: { text: 'Page 1' } });
    apply({ type: 'upload', upload: upload(null) });
    expect(rows.value).toMatchObject([{ step: { status: { text: 'Page 1' } } }]);
    apply({ type: 'snapshot', replies: [], uploads: [] });
    expect(rows.value).toMatchObject([{ step: { kind: 'reading', status: null } }]);
  });

  it('keep what this page still sends when all is read again', () => {
    const { rows, put, takeAll } = createUploadRows();
    put({ ...sending, key: 'mine' });
    takeAll([upload(null)]);
    takeAll([]);
    expect(rows.value.map(({ key }) => key)).toEqual(['mine']);
  });
});
