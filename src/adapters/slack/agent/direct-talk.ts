import type { ChatEvent } from '../../../core/chat/chat-event.js';
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

type Asking = Pick<Listening, 'host' | 'clock'>;
type Input = Readonly<Record<string, JsonValue>>;

/** A command that nobody typed. */
function lookFor(
  { clock }: Asking,
  { workspace, channelId, userId }: DirectTalk,
  name: string,
  input: Input,
): ChatEvent {
  const receivedAt = clock.now();
  return chatEvent(
    { workspace, channelId, threadTs: null, userId, role: 'member' },
    {
      id: ['look', userId, name, String(receivedAt)],
      receivedAt,
      body: commandBody(name, input),
      reply: { kind: 'private', askedTs: slackTime(receivedAt) },
    },
  );
}

/** What a command says there; undefined for a command that Docent does not have. */
export async function askDirectly(
  asking: Asking,
  talk: DirectTalk,
  name: string,
  input: Input = {},
): Promise<OutgoingMessage | undefined> {
  const { host } = asking;
  if (!host.commands.some((command) => command.name === name)) return undefined;
  return host.execute(lookFor(asking, talk, name, input), unseenReply, new AbortController().signal);
}

/** Whom the person can ask there, at most 25. */
export function creatorsToAsk(asking: Asking, talk: DirectTalk): Promise<string[]> {
  return asking.host.suggest(lookFor(asking, talk, 'use', {}), 'creator', '');
}
