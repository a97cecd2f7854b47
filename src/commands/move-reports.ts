import type { CommandContext } from '../core/chat/command.js';
import { type OutgoingMessage, notice } from '../core/chat/outgoing-message.js';

/**
 * Lets reports and warnings come to the channel where the command was used, threads aside.
 * @param timezone an IANA name, such as `Europe/Berlin`; undefined leaves it as it is
 * @throws DocentError `COMMAND_INPUT` for an unknown time zone.
 */
export async function moveReports(
  { creatorId, event, services }: Pick<CommandContext<unknown>, 'creatorId' | 'event' | 'services'>,
  timezone: string | undefined,
): Promise<OutgoingMessage> {
  if (timezone !== undefined) services.reports.checkTimezone(timezone);
  const address = { ...event.address, threadId: null };
  // Before the settings tell of it, so that no failed post to the earlier channel pauses the reports again.
  await services.links.setAdminChannel(creatorId, address);
  const settings = await services.reports.channelChanged(creatorId, timezone);
  return notice(
    `Reports and warnings about **${creatorId}** come here from now on, at the times of ${settings.timezone}. The command "reports list" shows when.`,
    { address, timezone: settings.timezone },
  );
}
