import { resolve } from 'node:path';
import { z } from 'zod';
import type { OutgoingMessage } from '../core/chat/outgoing-message.js';
import type { Plan } from '../core/plan.js';
import { type LaunchOptions, PlanError, planLaunch } from '../launch.js';
import { attach } from './attach.js';
import { type Screen, table } from './screen.js';

const healthSchema = z.object({
  components: z.array(
    z.object({
      component: z.string(),
      state: z.enum(['healthy', 'degraded', 'unhealthy']),
      detail: z.string(),
      fix: z.string().optional(),
    }),
  ),
});

/**
 * Shows what would start and how every part is, with what to do about what is not well.
 * @returns whether nothing is unhealthy
 * @throws PlanError, DocentError when Docent cannot start at all; the signal's reason when aborted.
 */
export async function doctor(options: LaunchOptions, screen: Screen, signal: AbortSignal): Promise<boolean> {
  const result = await planLaunch(options);
  if ('problems' in result) throw new PlanError(result.problems);
  screen.write(describePlan(result.plan, options.folder));
  const attached = await attach(options, signal);
  try {
    screen.write(
      attached.own !== undefined
        ? '\nNo Docent runs on the data folder; this is one that was started to look.\n\n'
        : '\nA Docent runs on the data folder; this is how it is.\n\n',
    );
    const connection = await attached.connect();
    const message = await connection.run({ command: { words: ['health'] } });
    return showHealth(message, screen);
  } finally {
    await attached.stop();
  }
}

function describePlan({ core, plugins, commands, reports, parsers }: Plan, folder: string): string {
  const rows = plugins.map(({ plugin, engines }) => [plugin.name, engines.join(', '), plugin.description]);
  return [
    `Profile ${core.profile}, data folder ${resolve(folder, core.dataFolder)}, creator ${core.creator}\n\n`,
    table(['Plugin', 'Chosen for', 'What it is'], rows),
    `\nCommands: ${commands.length}. Reports: ${reports.length}. Parsers: ${parsers.map(({ label }) => label).join(', ')}.\n`,
  ].join('');
}

function showHealth(message: OutgoingMessage, screen: Screen): boolean {
  const health = healthSchema.safeParse(message.data);
  if (!health.success) {
    screen.writeMarkdown(`${message.text}\n`);
    return message.kind !== 'error';
  }
  const { components } = health.data;
  screen.write(
    table(
      ['Part', 'State', 'What is seen'],
      components.map(({ component, state, detail }) => [component, state, detail]),
    ),
  );
  for (const { component, fix } of components) if (fix !== undefined) screen.write(`\n${component}: ${fix}\n`);
  return components.every(({ state }) => state !== 'unhealthy');
}
