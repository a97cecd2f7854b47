import { z } from 'zod';
import type { Clock } from '../../../core/ports/clock.js';
import { isRefused } from '../api/slack-refusal.js';
import { type MessagePart, MAX_PART_CHARACTERS } from '../draw/message-parts.js';
import type { Workspace } from '../install/workspaces.js';
import type { PostMark, PostPlace } from './posts.js';

/** A message that grows while people look at it, as Slack streams it. */
export interface LiveStream {
  readonly ts: string;
  /** What it shows so far. */
  readonly text: string;
  /** Whether it takes no more: Slack ends a stream after five minutes, and a message has only so much room. */
  isFull(more: string): boolean;
  /** Shows more. Says whether it is shown: not when Slack or the person ended the stream. @throws SlackRefusal */
  append(text: string): Promise<boolean>;
  /** Ends it with what is missing of the part, when that is how it goes on; says whether it did. @throws SlackRefusal */
  end(part: MessagePart | undefined, mark: PostMark): Promise<boolean>;
}

/** What a stream is made with. */
export interface LiveStreamOptions {
  readonly workspace: Workspace;
  readonly place: PostPlace;
  /** For whom it is: Slack wants to know outside of direct messages. */
  readonly userId: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Slack ends a stream after about five minutes, whatever happens in it. */
const MAX_AGE_MS = 4 * 60_000;
const ENDED = ['message_not_in_streaming_state', 'stopped_by_user', 'message_not_found', 'streaming_state_conflict'];

const startedSchema = z.object({ ts: z.string() });
const anySchema = z.object({});

/** Starts a stream that shows a text. @throws SlackRefusal when Slack does not stream there. */
export async function startStream(options: LiveStreamOptions, text: string): Promise<LiveStream> {
  const { workspace, place, userId, signal } = options;
  const { ts } = await workspace.api.call(
    'chat.startStream',
    {
      channel: place.channelId,
      thread_ts: place.threadTs,
      recipient_team_id: workspace.teamId,
      recipient_user_id: userId,
      markdown_text: text,
    },
    { response: startedSchema, signal, isRepeatable: false },
  );
  return createStream(options, ts, text);
}

function createStream({ workspace, place, clock, signal }: LiveStreamOptions, ts: string, first: string): LiveStream {
  const { api } = workspace;
  const startedAt = clock.now();
  const channel = place.channelId;
  let text = first;
  /** Whether nothing else may stand there: words of which nobody knows whether they arrived. */
  let isKnown = true;

  return {
    ts,
    get text() {
      return text;
    },
    isFull: (more) => clock.now() - startedAt >= MAX_AGE_MS || text.length + more.length > MAX_PART_CHARACTERS,

    async append(more) {
      try {
        // Once more could show the same words twice: what is unclear is settled by the end, which replaces the whole.
        await api.call(
          'chat.appendStream',
          { channel, ts, markdown_text: more },
          { response: anySchema, signal, isRepeatable: false },
        );
        text += more;
        return true;
      } catch (error) {
        if (isRefused(error, ...ENDED)) return false;
        isKnown = false;
        throw error;
      }
    },

    async end(part, mark) {
      const isContinued = isKnown && part?.markdown.startsWith(text) === true;
      const rest = isContinued ? part.markdown.slice(text.length) : '';
      const extras = isContinued ? part.extras : [];
      try {
        await api.call(
          'chat.stopStream',
          {
            channel,
            ts,
            metadata: mark,
            session_status: 'active',
            ...(rest === '' ? {} : { markdown_text: rest }),
            ...(extras.length === 0 ? {} : { blocks: extras }),
          },
          { response: anySchema, signal, isRepeatable: false },
        );
        return isContinued;
      } catch (error) {
        if (isRefused(error, ...ENDED, 'unclear', 'invalid_blocks', 'msg_too_long', 'msg_blocks_too_long'))
          return false;
        throw error;
      }
    },
  };
}
