import type { ComponentHealth, HealthSummary } from './health-board.js';

const SIGNS: Readonly<Record<ComponentHealth['state'], string>> = { healthy: '✅', degraded: '⚠️', unhealthy: '❌' };
const TITLES: Readonly<Record<HealthSummary['state'], string>> = {
  healthy: 'Everything works.',
  degraded: 'I work, but not at my best.',
  unhealthy: 'Something is broken.',
};

/** How everything is, in Markdown. */
export function describeHealth({ state, components }: HealthSummary): string {
  return `**${TITLES[state]}**\n\n${components.map(describeComponent).join('\n')}`;
}

/** How one component is and what to do about it, as a line of a list. */
export function describeComponent({ component, state, detail, fix }: ComponentHealth): string {
  return `- ${SIGNS[state]} **${component}**: ${detail}${fix === undefined ? '' : ` ${fix}`}`;
}
