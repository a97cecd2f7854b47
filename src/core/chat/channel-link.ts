import { z } from 'zod';
import { creatorIdSchema } from '../ids.js';
import type { Collection } from '../ports/record-store.js';

/** When Docent speaks in a channel without a command: see the design's "when to speak". */
export const channelModeSchema = z.enum(['mention', 'thread', 'all']);
export type ChannelMode = z.infer<typeof channelModeSchema>;

/** Which creator a workspace or one of its channels belongs to, and how Docent behaves there. */
export const channelLinkSchema = z.object({
  platform: z.string(),
  workspaceId: z.string(),
  /** null: the whole workspace, where no channel has a link of its own. */
  channelId: z.string().nullable(),
  creatorId: creatorIdSchema,
  mode: channelModeSchema,
  /** Stay silent rather than refuse, where nobody asked Docent by name. */
  onlyWhenConfident: z.boolean(),
  /** Who may add documents from here. */
  ingestion: z.enum(['managers', 'members']),
  linkedAt: z.number().int(),
});
export type ChannelLink = z.infer<typeof channelLinkSchema>;

/** Links by `joinKey([platform, workspace])` or `joinKey([platform, workspace, channel])`, in the system scope. */
export const channelLinkCollection = {
  name: 'channel-links',
  schema: channelLinkSchema,
} satisfies Collection<typeof channelLinkSchema>;
