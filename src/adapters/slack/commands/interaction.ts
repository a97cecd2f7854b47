import { z } from 'zod';
import type { Tenant } from '../install/installations.js';

/** What slash commands bring. */
export const slashCommandSchema = z.object({
  command: z.string(),
  text: z.string().default(''),
  user_id: z.string(),
  channel_id: z.string(),
  team_id: z.string(),
  enterprise_id: z.string().nullish(),
  trigger_id: z.string(),
  response_url: z.string(),
});
export type SlashCommand = z.infer<typeof slashCommandSchema>;

/** What buttons, shortcuts and forms bring in common. */
export const interactionSchema = z.object({
  team: z.object({ id: z.string() }).nullish(),
  enterprise: z.object({ id: z.string() }).nullish(),
  user: z.object({ id: z.string(), team_id: z.string().optional() }),
  trigger_id: z.string().default(''),
  response_url: z.string().nullish(),
  view: z.object({ app_installed_team_id: z.string().nullish() }).nullish(),
});
export type Interaction = z.infer<typeof interactionSchema>;

/**
 * The workspace of an interaction: the person's, where the app belongs to the whole organisation. In shared channels the
 * person who fills a form in may be of another workspace than the one that it was opened for.
 */
export function tenantOfInteraction({ team, enterprise, user, view }: Interaction): Tenant {
  const installedIn = view?.app_installed_team_id;
  // Of an organisation's installation it names the organisation.
  const openedFor = installedIn?.startsWith('T') === true ? installedIn : undefined;
  const teamId = openedFor ?? team?.id ?? user.team_id;
  return {
    ...(teamId === undefined ? {} : { teamId }),
    ...(enterprise === null || enterprise === undefined ? {} : { enterpriseId: enterprise.id }),
  };
}
