import { describe, expect, it } from 'vitest';
import type { RoomApi } from '../../../../src/adapters/web/page/api.js';
import { createTalk } from '../../../../src/adapters/web/page/talk.js';
import type { Exchange, LiveReply } from '../../../../src/adapters/web/page/wire.js';
import { notice } from '../../../../src/core/chat/outgoing-message.js';

const exchange = (exchangeId: string, reply: string | null = null): Exchange => ({
  exchangeId,
  threadId: 't',
  askedAt: 0,
  question: `question ${exchangeId}`,
  reply: reply === null ? null : { ...notice(reply), data: null },
  repliedAt: null,
  vote: null,
});
const live = (exchangeId: string, text = ''): LiveReply => ({ threadId: 't', exchangeId, text, status: null });

/** A server that holds these exchanges and hands out two at a time. */
function talkWith(kept: Exchange[]) {
  const exchanges: RoomApi['exchanges'] = async (_threadId, before) => {
    const earlier = kept.filter(({ exchangeId }) => before === undefined || exchangeId < before);
    return { exchanges: earlier.slice(-2), hasEarlier: earlier.length > 2 };
  };
  return createTalk({ exchanges } as RoomApi);
}

describe('the open thread', () => {
  it('shows the newest exchanges, then earlier ones when asked', async () => {
    const talk = talkWith([exchange('a'), exchange('b'), exchange('c')]);
    await talk.open('t');
    expect(talk.state.value).toMatchObject({ phase: 'ready', hasEarlier: true });
    await talk.earlier();
    expect(talk.state.value.hasEarlier).toBe(false);
    expect(talk.state.value.exchanges.map(({ exchangeId }) => exchangeId)).toEqual(['a', 'b', 'c']);
  });

  it('says why it cannot be read', async () => {
    const exchanges: RoomApi['exchanges'] = () => Promise.reject(new Error('This thread is not there any more.'));
    const talk = createTalk({ exchanges } as RoomApi);
    await talk.open('t');
    expect(talk.state.value).toMatchObject({ phase: 'failed', problem: 'This thread is not there any more.' });
  });

  it('ignores what comes too late for a thread that was left', async () => {
    const talk = talkWith([exchange('a')]);
    const opening = talk.open('t');
    await talk.open(null);
    await opening;
    expect(talk.state.value).toMatchObject({ threadId: null, exchanges: [] });
  });

  it('grows by what is streamed, also when a piece comes twice', async () => {
    const talk = talkWith([exchange('a')]);
    await talk.open('t');
    talk.apply({ type: 'reply', reply: live('a') });
    talk.apply({ type: 'delta', threadId: 't', exchangeId: 'a', offset: 0, text: 'Six ' });
    talk.apply({ type: 'snapshot', replies: [live('a', 'Six days')], uploads: [] });
    talk.apply({ type: 'delta', threadId: 't', exchangeId: 'a', offset: 4, text: 'days a year' });
    expect(talk.live('a')?.text).toBe('Six days a year');
  });

  it('has nothing streaming once the reply is there', async () => {
    const talk = talkWith([exchange('a')]);
    await talk.open('t');
    talk.apply({ type: 'reply', reply: live('a', 'Six') });
    talk.apply({ type: 'exchange', exchange: exchange('a', 'Six.') });
    expect(talk.live('a')).toBeUndefined();
    expect(talk.state.value.exchanges).toMatchObject([{ reply: { text: 'Six.' } }]);
  });

  it('shows nothing of another thread', async () => {
    const talk = talkWith([]);
    await talk.open('t');
    talk.apply({ type: 'exchange', exchange: { ...exchange('z'), threadId: 'other' } });
    expect(talk.state.value.exchanges).toEqual([]);
  });

  it('has no hole after a long absence', async () => {
    const kept = [exchange('a'), exchange('b')];
    const talk = talkWith(kept);
    await talk.open('t');
    kept.push(exchange('c'), exchange('d'), exchange('e'));
    await talk.refresh();
    expect(talk.state.value).toMatchObject({ exchanges: [{ exchangeId: 'd' }, { exchangeId: 'e' }], hasEarlier: true });
  });
});
