import { describe, expect, it } from 'vitest';
import { healthCommand } from '../../src/commands/health.js';
import type { HealthSummary } from '../../src/core/health/health-board.js';
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
    const { say } = await openCommands({ health: { check: async () => summary } });
    expect(await say(healthCommand)).toMatchObject({
      text: '**I work, but not at my best.**\n\n- ✅ **records**: The database answers.\n- ⚠️ **language model**: None is set. Set DOCENT_CHAT_MODEL.',
      data: summary,
    });
  });
});
