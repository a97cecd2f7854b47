import { z } from 'zod';
import { slackFileSchema } from './slack-file.js';

/** A message as `message` and `app_mention` events bring it. */
export const slackMessageSchema = z.object({
  type: z.string(),
  subtype: z.string().optional(),
  channel: z.string(),
  channel_type: z.string().optional(),
  user: z.string().optional(),
  bot_id: z.string().optional(),
  text: z.string().default(''),
  ts: z.string(),
  thread_ts: z.string().optional(),
  files: z.array(slackFileSchema).optional(),
  edited: z.object({}).optional(),
});
export type SlackMessage = z.infer<typeof slackMessageSchema>;

/** Kinds of messages that people write; all others tell of changes, or come from apps. */
const WRITTEN: ReadonlySet<string | undefined> = new Set([undefined, 'file_share', 'thread_broadcast', 'me_message']);

/** Whether a person wrote the message. */
export function isWritten({ subtype, bot_id: botId, user }: SlackMessage): boolean {
  return WRITTEN.has(subtype) && botId === undefined && user !== undefined;
}

/** Direct conversations with the bot are `D…`; their events also say so. */
export function isDirectChannel(channelId: string): boolean {
  return channelId.startsWith('D');
}

/** Whom a delivery is about: whose installation received it rather than whose channel it is, which in shared channels may be another's. */
export const envelopeSchema = z.object({
  team_id: z.string(),
  enterprise_id: z.string().nullish(),
  authorizations: z
    .array(
      z.object({
        team_id: z.string().nullish(),
        enterprise_id: z.string().nullish(),
        is_enterprise_install: z.boolean().nullish(),
      }),
    )
    .nullish(),
});

/** The workspace of an event's envelope. */
export function tenantOf(envelope: z.infer<typeof envelopeSchema>): {
  teamId: string;
  enterpriseId: string | undefined;
} {
  const [first] = envelope.authorizations ?? [];
  return {
    teamId: first?.team_id ?? envelope.team_id,
    enterpriseId: first?.enterprise_id ?? envelope.enterprise_id ?? undefined,
  };
}
