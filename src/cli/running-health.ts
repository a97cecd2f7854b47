import { z } from 'zod';
import type { TerminalConnection } from '../adapters/terminal/terminal-client.js';
import { DocentError } from '../core/errors.js';
import { drawMarkdown } from './plain-text.js';

const componentSchema = z.object({
  component: z.string(),
  state: z.enum(['healthy', 'degraded', 'unhealthy']),
  detail: z.string(),
  fix: z.string().optional(),
});
const healthSchema = z.object({ components: z.array(componentSchema), ownComponents: z.array(componentSchema) });
/** How all of Docent is, and how the process that was asked is and what it sees. */
export type RunningHealth = z.infer<typeof healthSchema>;
/** How one part is. */
export type ComponentRow = z.infer<typeof componentSchema>;

/**
 * Asks a running Docent how it is.
 * @throws DocentError `ENGINE_UNAVAILABLE` when it answers with something else.
 */
export async function readHealth(connection: TerminalConnection): Promise<RunningHealth> {
  const message = await connection.run({ command: { words: ['health'] } });
  const health = healthSchema.safeParse(message.data);
  if (health.success) return health.data;
  throw new DocentError('ENGINE_UNAVAILABLE', {
    userMessage: `Docent did not say how its parts are, but: ${drawMarkdown(message.text)}`,
  });
}
