import { DocentError } from '../errors.js';
import type { CreatorId } from '../ids.js';
import type { JsonValue } from '../json.js';
import type { Reply } from '../ports/chat-adapter.js';
import type { Logger } from '../ports/logger.js';
import type { Services } from '../services.js';
import { checkAccess } from './access.js';
import { type ChatEvent, conversationIdOf, memberKeyOf } from './chat-event.js';
import type { CommandDefinition, CommandOutcome } from './command.js';
import { readInput } from './command-input.js';
import { notLinked } from './creator-links.js';
import { type OutgoingMessage, notice } from './outgoing-message.js';
import type { RateLimit } from './rate-limit.js';
import type { Room } from './room.js';
import { smallTalkIn } from './small-talk.js';
import type { Task } from './speaking.js';
import { listed } from './words.js';

/** What events are run with. */
export interface EventRunnerOptions {
  readonly services: Services;
  readonly rateLimit: RateLimit;
  /** The creator that commands without one see. */
  readonly defaultCreatorId: CreatorId;
  readonly logger: Logger;
}

/** One try of an event. */
export interface EventRun {
  readonly event: ChatEvent;
  readonly task: Task;
  readonly room: Room;
  readonly reply: Reply;
  readonly signal: AbortSignal;
  /** Later tries of the same event do not count against the person's rate. */
  readonly isFirstTry: boolean;
}

/** What a read-only command costs, where a question costs 1. */
const READ_ONLY_COST = 0.2;
const RECENT_MESSAGES = 20;

const HINT = notice(
  'Hello! Ask me something about the documents here, such as "How do I book a session?", or post a file to add it. The command "help" lists what I can do.',
);
const WELCOME = notice('Always glad to help. Ask me whenever there is more.');

/** No document answers it, and it is no gap in them either. */
function answerToSmallTalk(question: JsonValue | undefined): OutgoingMessage | undefined {
  const kind = typeof question === 'string' ? smallTalkIn(question) : undefined;
  return kind === undefined ? undefined : { greeting: HINT, courtesy: WELCOME }[kind];
}

/** More creators than a platform draws buttons for are named without one. */
const MAX_CHOICES = 20;

/** Asks whose knowledge a direct talk is about. */
function chooseFirst(creatorIds: readonly CreatorId[]): OutgoingMessage {
  return {
    ...notice(
      `Whose knowledge is this about? You can ask ${listed(creatorIds, 'or')} here. Choose one, then ask again; the command "use" changes it later.`,
      { creators: [...creatorIds] },
    ),
    actions: creatorIds
      .slice(0, MAX_CHOICES)
      .map((creator) => ({ label: creator, command: 'use', input: { creator } })),
  };
}

/** Does what an event asks: finds the command, checks access, rate and input, and runs it. */
export interface EventRunner {
  /** @throws DocentError when it cannot be done; the signal's reason when aborted. */
  run(run: EventRun): Promise<CommandOutcome>;
  /** The command that a task runs; undefined for a hint. @throws DocentError `COMMAND_UNKNOWN`. */
  commandOf(task: Task): CommandDefinition | undefined;
}

/** A runner over the commands that the services know. */
export function createEventRunner({ services, rateLimit, defaultCreatorId, logger }: EventRunnerOptions): EventRunner {
  function commandOf(task: Task): CommandDefinition | undefined {
    if (task.kind === 'hint') return undefined;
    const command = services.commands.find((candidate) => {
      if (task.kind === 'command') return candidate.name === task.name;
      return task.kind === 'ingest' ? candidate.addsDocuments === true : candidate.answersQuestions === true;
    });
    if (command !== undefined) return command;
    throw new DocentError('COMMAND_UNKNOWN', {
      userMessage: `There is no command "${task.kind === 'command' ? task.name : task.kind}". The command "help" lists what there is.`,
    });
  }

  async function lastQuestion(creatorId: CreatorId, event: ChatEvent): Promise<string | undefined> {
    const conversationId = conversationIdOf(creatorId, event.address);
    const messages = await services.conversations.recent(creatorId, conversationId, RECENT_MESSAGES);
    return messages.findLast(({ senderType }) => senderType === 'user')?.content;
  }

  /** The input as it came; undefined when there is no question to answer. */
  async function rawInput(
    creatorId: CreatorId,
    event: ChatEvent,
    task: Task,
  ): Promise<Record<string, JsonValue> | undefined> {
    if (task.kind === 'command') return task.input;
    if (task.kind === 'ingest') return {};
    const question = task.kind === 'question' ? task.text : await lastQuestion(creatorId, event);
    return question === undefined ? undefined : { question };
  }

  return {
    commandOf,
    async run({ event, task, room, reply, signal, isFirstTry }) {
      const command = commandOf(task);
      if (command === undefined) return HINT;
      const creatorId = room.creatorId ?? (command.needsCreator === false ? defaultCreatorId : undefined);
      if (creatorId === undefined && room.choices !== undefined) return chooseFirst(room.choices);
      if (creatorId === undefined) throw notLinked(event.address);
      const role = room.role ?? event.author.role;
      const memberKey = memberKeyOf(event);
      checkAccess(command, role, room.link);
      if (isFirstTry) rateLimit.take(memberKey, role, command.readOnly ? READ_ONLY_COST : 1);
      const raw = await rawInput(creatorId, event, task);
      if (raw === undefined) return HINT;
      const smallTalk = command.answersQuestions === true ? answerToSmallTalk(raw['question']) : undefined;
      if (smallTalk !== undefined) return smallTalk;
      return command.run({
        creatorId,
        event,
        memberKey,
        role,
        input: readInput(command, raw),
        reply,
        services,
        signal,
        logger: logger.child({ command: command.name }),
      });
    },
  };
}
