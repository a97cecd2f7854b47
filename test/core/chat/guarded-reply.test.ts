import { describe, expect, it } from 'vitest';
import { guardReply } from '../../../src/core/chat/guarded-reply.js';
import { notice } from '../../../src/core/chat/outgoing-message.js';
import type { Reply } from '../../../src/core/ports/chat-adapter.js';
import { createFakeClock, settle } from '../../support/fake-clock.js';
import { createRecordingLogger } from '../../support/recording-logger.js';

function openGuarded(platform: Partial<Reply>) {
  const shown: string[] = [];
  const clock = createFakeClock();
  const logger = createRecordingLogger();
  const reply: Reply = {
    status: async ({ text }) => void shown.push(text),
    append: async (text) => void shown.push(text),
    async finish({ text }) {
      shown.push(text);
      return { messageIds: ['m'] };
    },
    ...platform,
  };
  return { guarded: guardReply(reply, clock, logger), shown, clock, lines: logger.lines };
}

describe('a guarded reply', () => {
  it('shows what it is given one after another, and nothing after its final message', async () => {
    const { guarded, shown } = openGuarded({});
    await Promise.all([guarded.status({ text: 'Searching' }), guarded.append('Two'), guarded.append(' years')]);
    await guarded.finish(notice('Two years.'));
    await guarded.append('late');
    expect(shown).toEqual(['Searching', 'Two', ' years', 'Two years.']);
  });

  it.each(['status', 'append'] as const)('finishes when the platform never returns from %s', async (call) => {
    const { guarded, shown, clock, lines } = openGuarded({ [call]: () => new Promise<void>(() => {}) });
    void (call === 'status' ? guarded.status({ text: 'Searching' }) : guarded.append('Two'));
    void guarded.append('dropped');
    await settle();
    const finished = guarded.finish(notice('Two years.'));
    await clock.advance(14_999);
    expect(shown).toEqual([]);
    await clock.advance(1);
    await settle();
    expect(shown).toEqual(['Two years.']);
    expect(await finished).toEqual({ messageIds: ['m'] });
    expect(lines).toMatchObject([{ event: 'reply.update-failed', error: { name: 'TimeoutError' } }]);
  });
});
