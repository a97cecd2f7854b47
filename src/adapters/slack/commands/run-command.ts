import type { Attachment } from '../../../core/chat/chat-event.js';
import type { CommandDefinition } from '../../../core/chat/command.js';
import { escapeMarkdown } from '../../../core/chat/escape.js';
import type { JsonValue } from '../../../core/json.js';
import { safeMarkdown } from '../draw/slack-markup.js';
import { type Place, chatEvent, commandBody, slackTime } from '../events/chat-events.js';
import { type Listening, accept, inTime } from '../events/listening.js';
import { isDirectChannel } from '../events/message-event.js';
import type { Workspace } from '../install/workspaces.js';
import { type PostPlace, type Posts, createPosts } from '../reply/posts.js';

/** A command that somebody ran other than by a message. */
export interface CommandRun {
  readonly workspace: Workspace;
  readonly channelId: string;
  readonly threadTs: string | null;
  readonly userId: string;
  readonly command: CommandDefinition;
  readonly input: Readonly<Record<string, JsonValue>>;
  /** What identifies it, unique in the workspace. */
  readonly id: readonly string[];
  readonly attachments?: readonly Attachment[];
  readonly creatorId?: string | undefined;
  readonly responseUrl: string | null;
  readonly replacesOriginal?: boolean;
}

/** Brings a command to the host, which keeps it durably. A question is posted first: its thread is the conversation. */
export async function runCommand(listening: Listening, run: CommandRun): Promise<void> {
  const { workspace, channelId, threadTs, userId, command, input } = run;
  const place: Place = { workspace, channelId, threadTs, userId, role: await roleOf(listening, run) };
  const receivedAt = listening.clock.now();
  const happening = {
    id: run.id,
    receivedAt,
    body: commandBody(command.name, input),
    attachments: run.attachments ?? [],
    creatorId: run.creatorId,
  };
  if (command.answersQuestions === true && threadTs === null) {
    const question = await postQuestion(listening, run, slackTime(receivedAt));
    const event = chatEvent(
      { ...place, threadTs: question.ts },
      { ...happening, reply: { kind: 'thread', askedTs: question.ts } },
    );
    try {
      // Brought twice, it is answered at the question that it began with.
      if ((await accept(listening, event)) === 'duplicate') await question.remove();
    } catch (error) {
      await question.remove();
      throw error;
    }
    return;
  }
  const kind = command.addsDocuments === true ? (threadTs === null ? 'channel' : 'thread') : 'private';
  const reply = {
    kind,
    askedTs: slackTime(receivedAt),
    responseUrl: run.responseUrl,
    replacesOriginal: run.replacesOriginal ?? false,
  } as const;
  await accept(listening, chatEvent(place, { ...happening, reply }));
}

async function roleOf(listening: Listening, { workspace, channelId, userId }: CommandRun) {
  if (isDirectChannel(channelId)) return 'member' as const;
  return inTime(listening, (signal) => listening.members.role(workspace, userId, signal));
}

/** Shows the question, as the beginning of its thread. @throws SlackRefusal where Docent cannot post; a `TimeoutError` */
async function postQuestion(listening: Listening, run: CommandRun, askedTs: string) {
  const { workspace, channelId, userId, id, input } = run;
  const { signal } = new AbortController();
  const place = { channelId, threadTs: null, askedTs };
  const posts = createPosts(workspace, [...id, 'question'].join('/'), signal);
  const post = async (): Promise<string> => {
    const name = await listening.members.name(workspace, userId, signal);
    const markdown = safeMarkdown(`**${escapeMarkdown(name)}** asks:\n${quoted(input['question'])}`);
    return posts.post(place, 0, { markdown, extras: [] });
  };
  const posting = post();
  try {
    const ts = await inTime(listening, () => posting);
    return { ts, remove: () => posts.remove(place, ts) };
  } catch (error) {
    void removeLeftOver(posts, place, posting).catch(() => listening.logger.debug('slack.question-left'));
    throw error;
  }
}

/** A question that comes to stand there after the person was told that it was not taken would never be answered. */
async function removeLeftOver(posts: Posts, place: PostPlace, posting: Promise<string>): Promise<void> {
  await Promise.allSettled([posting]);
  for (const { ts, part } of await posts.find(place)) if (part !== undefined) await posts.remove(place, ts);
}

function quoted(question: JsonValue | undefined): string {
  const lines = (typeof question === 'string' ? question : '').split('\n');
  return lines.map((line) => `> ${line}`).join('\n');
}
