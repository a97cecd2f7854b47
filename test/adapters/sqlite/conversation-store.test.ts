import { describe, expect, it } from 'vitest';
import { createConversationStore } from '../../../src/adapters/sqlite/conversation-store.js';
import { conversationIdSchema, creatorIdSchema, memberKeySchema } from '../../../src/core/ids.js';
import { describeConversationStoreContract } from '../../contracts/conversation-store.contract.js';
import { silentLogger } from '../../support/silent-logger.js';
import { openSubject } from './subject.js';

const open = () =>
  openSubject(({ database, clock }) => ({
    ...createConversationStore({ database, clock, logger: silentLogger }),
    rows: () => database.all('SELECT 1 FROM messages').length,
    corrupt: () => database.run(`UPDATE messages SET message = '{"content":'`),
  }));

describeConversationStoreContract('sqlite', open);

describe('conversation store on SQLite', () => {
  const creatorId = creatorIdSchema.parse('coach');
  const conversationId = conversationIdSchema.parse('coach/thread');
  const common = { conversationId, memberKey: memberKeySchema.parse('ada'), timestamp: 1, metadata: {} };
  const question = { ...common, id: 'q', senderType: 'user', content: 'how?' } as const;
  const answer = { ...common, id: 'a', senderType: 'ai', content: 'so' } as const;

  it('sweeps expired messages from the disk', async () => {
    const subject = await open();
    await subject.port.append(creatorId, conversationId, { question, answer });
    expect(await subject.port.sweep()).toBe(0);
    await subject.advance(24 * 60 * 60_000);
    expect(subject.port.rows()).toBe(2);
    expect(await subject.port.sweep()).toBe(1);
    expect(subject.port.rows()).toBe(0);
  });

  it('passes over a message that cannot be read', async () => {
    const subject = await open();
    await subject.port.append(creatorId, conversationId, { question, answer });
    subject.port.corrupt();
    expect(await subject.port.recent(creatorId, conversationId, 20)).toEqual([]);
  });
});
