import { z } from 'zod';
import { defineCommand } from '../core/chat/command.js';
import { notice } from '../core/chat/outgoing-message.js';
import type { JsonValue } from '../core/json.js';
import type { ComponentHealth, HealthSummary } from '../core/health/health-board.js';

const SIGNS: Readonly<Record<ComponentHealth['state'], string>> = { healthy: '✅', degraded: '⚠️', unhealthy: '❌' };
const TITLES: Readonly<Record<HealthSummary['state'], string>> = {
  healthy: 'Everything works.',
  degraded: 'I work, but not at my best.',
  unhealthy: 'Something is broken.',
};

/** How every component is, with what to do about the sick ones. */
export const healthCommand = defineCommand({
  name: 'health',
  description: 'See whether everything works, and how to repair what does not.',
  input: z.object({}),
  access: 'manager',
  readOnly: true,
  isPrivate: true,
  needsCreator: false,
  async run({ services, signal }) {
    const summary = await services.health.check(signal);
    const lines = summary.components.map(
      ({ component, state, detail, fix }) =>
        `- ${SIGNS[state]} **${component}**: ${detail}${fix === undefined ? '' : ` ${fix}`}`,
    );
    return notice(`**${TITLES[summary.state]}**\n\n${lines.join('\n')}`, { ...summary } as unknown as JsonValue);
  },
});
