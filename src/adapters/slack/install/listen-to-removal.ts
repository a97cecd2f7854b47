import type { App } from '@slack/bolt';
import { z } from 'zod';
import type { Listening } from '../events/listening.js';
import { envelopeSchema } from '../events/message-event.js';

/** When it happened, in whole seconds since 1970: Slack may tell of it after the app was installed anew. */
const removalSchema = envelopeSchema.extend({ event_time: z.number() });

const revokedSchema = z.object({ tokens: z.object({ bot: z.array(z.string()).default([]) }) });

/** Listens to workspaces that take Docent away: their tokens are removed. */
export function listenToRemoval(app: App, { workspaces, logger }: Pick<Listening, 'workspaces' | 'logger'>): void {
  async function remove(body: unknown): Promise<void> {
    const { team_id: teamId, enterprise_id: enterpriseId, authorizations, event_time: at } = removalSchema.parse(body);
    const isOrganisation = authorizations?.[0]?.is_enterprise_install === true;
    const tenant = isOrganisation ? { enterpriseId: enterpriseId ?? undefined } : { teamId };
    await workspaces.remove(tenant, (at + 1) * 1_000);
    logger.info('slack.uninstalled', { teamId, isOrganisation });
  }

  app.event('app_uninstalled', ({ body }) => remove(body));
  app.event('tokens_revoked', async ({ event, body }) => {
    if (revokedSchema.parse(event).tokens.bot.length > 0) await remove(body);
  });
}
