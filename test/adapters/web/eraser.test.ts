import { describe, expect, it } from 'vitest';
import { memberKeyOf } from '../../../src/core/chat/chat-event.js';
import { notice } from '../../../src/core/chat/outgoing-message.js';
import { ask, lastEvent, newThread, openReply, room, said } from './asking.js';
import { openWeb } from './open-web.js';

async function twoMembers() {
  const web = await openWeb();
  const mine = await web.visit();
  const theirs = await web.visit();
  const threadId = await newThread(mine);
  await ask(mine, threadId, 'My question?');
  const memberKey = memberKeyOf(lastEvent(web));
  await (await openReply(web)).finish(notice('To you.'));
  await web.clock.advance(1_000);
  await ask(theirs, threadId, 'Their question?');
  return { web, mine, theirs, threadId, memberKey };
}

describe('a member who asks to be forgotten', () => {
  it('leaves with their questions, the replies to them and their uploads; others stay', async () => {
    const { web, mine, threadId, memberKey } = await twoMembers();
    const query = 'name=guide.txt&requestId=6f2f3a1e-2d5b-4c39-9a43-0f6f7f1c2b3d';
    await mine.fetch(`${room}/uploads?${query}`, { method: 'POST', body: 'bytes' });
    const erased = await web.eraser.eraseMember(web.host.defaultCreatorId, memberKey);
    expect(erased).toEqual([
      { what: 'questions on the page', count: 1 },
      { what: 'upload notes on the page', count: 1 },
    ]);
    expect(await said(mine, threadId)).toMatchObject([{ question: 'Their question?' }]);
    expect(await mine.send('GET', `${room}/uploads`)).toEqual({ uploads: [] });
  });

  it('leaves no words in the names of threads', async () => {
    const { web, mine, memberKey } = await twoMembers();
    const alone = await newThread(mine);
    await ask(mine, alone, 'Only me?');
    await web.eraser.eraseMember(web.host.defaultCreatorId, memberKey);
    expect(await mine.send('GET', `${room}/threads`)).toMatchObject({
      threads: [{ title: 'Their question?' }],
      total: 1,
    });
  });

  it('still sees the outcome of the command that asked for it', async () => {
    const { web, mine, threadId, memberKey } = await twoMembers();
    const body = { requestId: '6f2f3a1e-2d5b-4c39-9a43-0f6f7f1c2b3d', command: 'forget-me' };
    await mine.send('POST', `${room}/threads/${threadId}/exchanges`, body);
    const reply = await openReply(web);
    await web.eraser.eraseMember(web.host.defaultCreatorId, memberKey);
    await reply.finish(notice('Done.'));
    expect((await said(mine, threadId)).at(-1)).toMatchObject({ question: '/forget-me', reply: { text: 'Done.' } });
  });
});

describe('a creator who is to be forgotten', () => {
  it('leaves nothing on the page, and others stay', async () => {
    const { web, mine } = await twoMembers();
    await mine.send('POST', '/api/creators', { creatorId: 'guild' });
    await mine.send('POST', '/api/creators/guild/threads', {});
    const erased = await web.eraser.eraseCreator(web.host.defaultCreatorId);
    expect(erased).toEqual([
      { what: 'questions on the page', count: 2 },
      { what: 'upload notes on the page', count: 0 },
      { what: 'threads on the page', count: 1 },
    ]);
    expect(await mine.send('GET', `${room}/threads`)).toMatchObject({ total: 0 });
    expect(await mine.send('GET', '/api/creators/guild/threads')).toMatchObject({ total: 1 });
  });
});
