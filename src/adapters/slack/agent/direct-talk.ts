import { unseenReply } from '../../../core/chat/guarded-reply.js';
import type { OutgoingMessage } from '../../../core/chat/outgoing-message.js';
import type { JsonValue } from '../../../core/json.js';
import { chatEvent, commandBody, slackTime } from '../events/chat-events.js';
import type { Listening } from '../events/listening.js';
import type { Workspace } from '../install/workspaces.js';

/** Somebody's own talk with Docent. */
export interface DirectTalk {
  readonly workspace: Workspace;
  readonly channelId: string;
  readonly userId: string;
}

/** What a command says there; undefined for a command that Docent does not have. */
export async function askDirectly(
  { host, clock }: Pick<Listening, 'host' | 'clock'>,
  { workspace, channelId, userId }: DirectTalk,
  name: string,
  input: Readonly<Record<string, JsonValue>> = {},
): Promise<OutgoingMessage | undefined> {
  if (!host.commands.some((command) => command.name === name)) return undefined;
  const receivedAt = clock.now();
  const event = chatEvent(
    { workspace, channelId, threadTs: null, userId, role: 'member' },
    {
      id: ['look', userId, name, String(receivedAt)],
      receivedAt,
      body: commandBody(name, input),
      reply: { kind: 'private', askedTs: slackTime(receivedAt) },
    },
  );
  return host.execute(event, unseenReply, new AbortController().signal);
}
