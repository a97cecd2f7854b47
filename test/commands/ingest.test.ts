import { describe, expect, it } from 'vitest';
import { ingestCommand } from '../../src/commands/ingest.js';
import type { ChatEvent } from '../../src/core/chat/chat-event.js';
import type { Ingestion } from '../../src/core/ingest/ingestion.js';
import { coach } from '../support/embedded-core.js';
import { openCommands } from './run-command.js';

const file = (name: string, sizeBytes: number | null = 10): ChatEvent['attachments'][number] => ({
  name,
  sizeBytes,
  reference: null,
});

describe('ingest', () => {
  it('says how to post a file when there is none', async () => {
    const { say } = await openCommands();
    expect((await say(ingestCommand)).text).toBe(
      'Post the file together with this command, or send it to me in a message, and I add it. I read .md and .pdf.',
    );
  });

  it('fetches every file and leaves the reply to the job that reads them', async () => {
    const { run, adapter, settleWork, registry, replies } = await openCommands();
    adapter.files.set('plan.txt', 'Sessions last an hour.').set('faq.txt', 'Refunds take a week.');
    expect(await run(ingestCommand, {}, { files: [file('plan.txt'), file('faq.txt', null)] })).toBe('deferred');
    await settleWork();
    expect(await registry.findByName(coach, 'plan.txt')).toMatchObject({
      status: 'ready',
      uploadedBy: 'test/w/member',
    });
    expect(await registry.findByName(coach, 'faq.txt')).toMatchObject({ status: 'ready' });
    expect(replies.get('event')?.finished).toHaveLength(1);
  });

  it('keeps what is wrong with a file beside the others', async () => {
    const { run, adapter, settleWork, replies } = await openCommands();
    adapter.files.set('plan.txt', 'Sessions last an hour.').set('large.txt', 'x'.repeat(1_000_001));
    const files = [
      file('plan.txt'),
      file('huge.txt', 3_000_000),
      file('large.txt', null),
      file('\u200B'),
      file('plan.txt'),
    ];
    await run(ingestCommand, {}, { files });
    await settleWork();
    const { text = '', data } = replies.get('event')?.finished[0] ?? {};
    expect(data).toMatchObject({
      results: [
        { name: 'plan.txt', outcome: 'added' },
        { name: 'huge.txt', code: 'DOCUMENT_TOO_LARGE' },
        { name: 'large.txt', code: 'DOCUMENT_TOO_LARGE' },
        { code: 'DOCUMENT_NAME_INVALID' },
        { name: 'plan.txt', code: 'DOCUMENT_NAME_INVALID' },
      ],
    });
    expect(text).toContain('It has 3 MB, more than the 1 MB that I take.');
  });

  it('lets a member replace only what that member uploaded', async () => {
    const { run, adapter, settleWork, registry, replies } = await openCommands();
    adapter.files.set('plan.txt', 'Sessions last an hour.').set('faq.txt', 'Refunds take a week.');
    await run(ingestCommand, {}, { files: [file('plan.txt')], member: 'ada', id: 'first' });
    await run(ingestCommand, {}, { files: [file('faq.txt')], member: 'ben', role: 'member', id: 'second' });
    await settleWork();
    adapter.files.set('plan.txt', 'Sessions last a day.').set('faq.txt', 'Refunds take a day.');
    const files = [file('plan.txt'), file('faq.txt')];
    await run(ingestCommand, {}, { files, member: 'ben', role: 'member', id: 'third' });
    await settleWork();
    const { text = '', data } = replies.get('third')?.finished[0] ?? {};
    expect(data).toMatchObject({
      results: [
        { name: 'plan.txt', outcome: 'failed', code: 'ACCESS_DENIED' },
        { name: 'faq.txt', outcome: 'replaced' },
      ],
    });
    expect(text).toContain('Only that person or a manager of this place can replace it');
    expect(await registry.findByName(coach, 'plan.txt')).toMatchObject({
      status: 'ready',
      failure: null,
      uploadedBy: 'test/w/ada',
    });
    adapter.files.set('faq.txt', 'Refunds take a month.');
    await run(ingestCommand, {}, { files: [file('faq.txt')], member: 'ada', id: 'fourth' });
    await settleWork();
    expect(replies.get('fourth')?.finished[0]?.data).toMatchObject({ results: [{ outcome: 'replaced' }] });
  });

  it('uses bytes that are kept already', async () => {
    const { run, engines, settleWork, registry } = await openCommands();
    const { signal } = new AbortController();
    const bytes = async function* () {
      yield new TextEncoder().encode('Sessions last an hour.');
    };
    const blob = await engines.blobStore.put(coach, bytes(), { maxBytes: 100, signal });
    await run(ingestCommand, {}, { files: [{ ...file('plan.txt'), blob }] });
    await settleWork();
    expect(await registry.findByName(coach, 'plan.txt')).toMatchObject({ status: 'ready' });
  });

  it('leaves no bytes behind when the job cannot be kept', async () => {
    const ingestion = { maxBytes: 100, submit: () => Promise.reject(new Error('full')) } as unknown as Ingestion;
    const { run, adapter, engines } = await openCommands({ ingestion });
    adapter.files.set('plan.txt', 'Sessions last an hour.');
    await expect(run(ingestCommand, {}, { files: [file('plan.txt')] })).rejects.toThrow('full');
    expect(await engines.blobStore.eraseCreator(coach)).toBe(0);
  });

  it('keeps bytes that came with the event when the job cannot be kept, for the next try', async () => {
    const ingestion = { maxBytes: 100, submit: () => Promise.reject(new Error('full')) } as unknown as Ingestion;
    const { run, engines } = await openCommands({ ingestion });
    const { signal } = new AbortController();
    const bytes = async function* () {
      yield new TextEncoder().encode('Sessions last an hour.');
    };
    const blob = await engines.blobStore.put(coach, bytes(), { maxBytes: 100, signal });
    await expect(run(ingestCommand, {}, { files: [{ ...file('plan.txt'), blob }] })).rejects.toThrow('full');
    expect(await engines.blobStore.read(coach, blob.blobId, signal)).toHaveLength(22);
  });
});
