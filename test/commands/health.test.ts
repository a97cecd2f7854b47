import { describe, expect, it } from 'vitest';
import { healthCommand } from '../../src/commands/health.js';
import type { HealthSummary } from '../../src/core/health/health-board.js';
import type { ReportBook } from '../../src/core/reports/report-book.js';
import { openCommands } from './run-command.js';

describe('health', () => {
  it('shows each component, and what to do about the sick ones', async () => {
    const summary: HealthSummary = {
      state: 'degraded',
      components: [
        { component: 'records', state: 'healthy', detail: 'The database answers.', checkMs: 1 },
        {
          component: 'language model',
          state: 'degraded',
          detail: 'None is set.',
          fix: 'Set DOCENT_CHAT_MODEL.',
          checkMs: 0,
        },
      ],
    };
    const { say } = await openCommands({
      health: { check: async () => summary },
      reports: { isChannelGone: async () => false } as unknown as ReportBook,
    });
    expect(await say(healthCommand)).toMatchObject({
      text: '**I work, but not at my best.**\n\n- ✅ **records**: The database answers.\n- ⚠️ **language model**: None is set. Set DOCENT_CHAT_MODEL.',
      data: summary,
    });
  });

  it('says that the reports have lost their channel, and goes on where that cannot be read', async () => {
    const health = { check: async () => ({ state: 'healthy' as const, components: [] }) };
    const reports = (isChannelGone: () => Promise<boolean>) => ({ isChannelGone }) as unknown as ReportBook;
    const gone = await openCommands({ health, reports: reports(async () => true) });
    expect((await gone.say(healthCommand)).text).toContain('Use the command "reports channel"');
    const away = await openCommands({ health, reports: reports(() => Promise.reject(new Error('Redis is away.'))) });
    expect((await away.say(healthCommand)).text).toBe('**Everything works.**\n\n');
  });
});
