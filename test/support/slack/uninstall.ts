import type { Events } from './events.js';
import type { World } from './state.js';
import type { Delivery } from './records.js';
import { covers } from './tenants.js';
import type { Installation } from './world.js';

/** Ends an installation: the app is told once more, then its token opens nothing. */
export function endInstallation(
  world: World,
  events: Events,
  installation: Installation,
  state: 'revoked' | 'uninstalled',
): Delivery[] {
  const teamId = installation.teamId ?? [...world.workspaces.keys()].find((id) => covers(world, installation, id));
  const deliveries =
    teamId === undefined
      ? []
      : [
          ...events.announce(
            teamId,
            { type: 'tokens_revoked', tokens: { oauth: [], bot: [installation.botUserId] } },
            '',
          ),
          ...(state === 'uninstalled' ? events.announce(teamId, { type: 'app_uninstalled' }, '') : []),
        ];
  installation.state = state;
  for (const channel of world.channels.values()) channel.memberIds.delete(installation.botUserId);
  return deliveries;
}
