import { describe, expect, it } from 'vitest';
import { type DiscordDocent, openDocent, shows } from './open-docent.js';

async function opened(environment: Readonly<Record<string, string>> = {}): Promise<DiscordDocent> {
  const docent = await openDocent({ environment });
  await docent.link();
  await docent.addDocument();
  return docent;
}

describe('asking on Discord', () => {
  it('answers /ask in a thread below the question, and follow-ups there without a mention', async () => {
    const { server, channel, member } = await opened();
    const run = member.useCommand(channel, 'ask', { question: 'When are refunds paid?' });
    expect((await run.reply()).content).toBe('> When are refunds paid?');
    const asked = run.messages[0];
    const thread = server.channel(asked?.id ?? '');
    expect(thread.name).toBe('When are refunds paid?');
    const answer = await shows(() => thread.messages, /within ten days/);
    expect(answer.content).toMatch(/\*\*Sources\*\*\n\\\[1\\\] handbook\.md, Refunds/);

    member.post(thread, 'How much water before a long run?');
    await shows(() => thread.messages, /half a litre/);
    expect(server.violations).toEqual([]);
    expect(server.pings).toEqual([]);
  });
});
