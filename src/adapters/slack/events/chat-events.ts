import type { Attachment, ChatEvent, Role } from '../../../core/chat/chat-event.js';
import { eventIdSchema } from '../../../core/ids.js';
import type { JsonValue } from '../../../core/json.js';
import { PLATFORM } from '../app-surface.js';
import type { Workspace } from '../install/workspaces.js';
import type { ReplyContext } from '../reply/reply-context.js';
import { isDirectChannel } from './message-event.js';

/** Who did something where. */
export interface Place {
  readonly workspace: Pick<Workspace, 'teamId' | 'enterpriseId'>;
  readonly channelId: string;
  readonly threadTs: string | null;
  readonly userId: string;
  readonly role: Role;
}

/** What makes an event beside its place. */
export interface SlackHappening {
  /** What identifies the thing itself, not its delivery; unique in the workspace. */
  readonly id: readonly string[];
  readonly receivedAt: number;
  readonly body: ChatEvent['body'];
  readonly attachments?: readonly Attachment[];
  readonly creatorId?: string | undefined;
  readonly reply: Pick<ReplyContext, 'kind' | 'askedTs'> & Partial<ReplyContext>;
}

/** An event of Slack in the shape that every platform shares. */
export function chatEvent(place: Place, happening: SlackHappening): ChatEvent {
  const { workspace, channelId, threadTs, userId, role } = place;
  return {
    id: eventIdSchema.parse([PLATFORM, workspace.teamId, ...happening.id].join('/').slice(0, 400)),
    address: {
      platform: PLATFORM,
      workspaceId: workspace.teamId,
      channelId,
      threadId: threadTs,
      isDirect: isDirectChannel(channelId),
    },
    author: { memberId: userId, displayName: userId, isBot: false, role },
    receivedAt: happening.receivedAt,
    attachments: [...(happening.attachments ?? [])],
    body: happening.body,
    ...(happening.creatorId === undefined ? {} : { creatorId: happening.creatorId }),
    replyContext: {
      responseUrl: null,
      replacesOriginal: false,
      ...happening.reply,
      enterpriseId: workspace.enterpriseId,
    },
  };
}

/** A command with its input, which the core checks. */
export function commandBody(name: string, input: Readonly<Record<string, JsonValue>>): ChatEvent['body'] {
  return { kind: 'command', name, input: { ...input } };
}

/** A time as Slack writes message times: seconds since 1970, with six digits behind the point. */
export function slackTime(atMs: number): string {
  return (atMs / 1_000).toFixed(6);
}
