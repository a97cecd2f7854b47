import type { NewWork } from '../ports/coordinator.js';
import { DocentError } from '../errors.js';
import type { JsonValue } from '../json.js';
import type { Services } from '../services.js';
import {
  type AcceptedEvent,
  EVENT_QUEUE,
  acceptedEventSchema,
  orderKeyOf,
  workspaceGroupOf,
} from './accepted-event.js';
import type { ChatEvent } from './chat-event.js';
import type { Participation } from './participation.js';
import { type Room, roomOf } from './room.js';
import { type Task, decideTask } from './speaking.js';
import { createThreadQuestions } from './thread-questions.js';

/** What the intake decides by. */
export interface EventIntakeOptions {
  readonly services: Pick<Services, 'clock' | 'commands' | 'links'>;
  readonly participation: Participation;
}

/** Decides what events ask of Docent. */
export interface EventIntake {
  /** The work that an event is, or undefined when Docent stays silent on it. */
  toWork(event: ChatEvent): Promise<NewWork | undefined>;
  /** The event of somebody who waits for the answer, and so gets one in any case. */
  spokenTo(event: ChatEvent): AcceptedEvent;
}

/** An intake that remembers the threads where Docent takes part, and what was last said in each. */
export function createEventIntake({ services, participation }: EventIntakeOptions): EventIntake {
  const threadQuestions = createThreadQuestions(services);

  /** A name that no creator can have is told to the person when the event is answered. */
  async function knownRoomOf(event: ChatEvent): Promise<Room> {
    try {
      return await roomOf(event, services.links);
    } catch (error) {
      if (error instanceof DocentError && error.code === 'COMMAND_INPUT')
        return { creatorId: undefined, link: undefined };
      throw error;
    }
  }

  async function decide(event: ChatEvent, { creatorId, link }: Room): Promise<Task | undefined> {
    const { address, body, author } = event;
    const isFollowUp = body.kind === 'message' && link?.mode === 'thread' && creatorId !== undefined;
    const takesPart = isFollowUp && (await participation.takesPart(creatorId, address));
    const task = decideTask(event, { mode: link?.mode, takesPart });
    const lastWords = threadQuestions.last(address);
    if (creatorId !== undefined && body.kind === 'message' && !author.isBot)
      threadQuestions.hear(address, body.text.trim());
    return task?.kind === 'last-question' && lastWords !== undefined
      ? { kind: 'question', text: lastWords, isNamed: true }
      : task;
  }

  return {
    spokenTo: (event) => ({ event, task: decideTask(event, { mode: 'all', takesPart: true }) ?? { kind: 'hint' } }),

    async toWork(event) {
      if (event.author.isBot) return undefined;
      const room = await knownRoomOf(event);
      const task = await decide(event, room);
      if (task === undefined) return undefined;
      const command = task.kind === 'command' ? services.commands.find(({ name }) => name === task.name) : undefined;
      const isTalk = task.kind !== 'command' || command?.answersQuestions === true;
      if (isTalk && room.creatorId !== undefined) await participation.remember(room.creatorId, event.address);
      const accepted: AcceptedEvent = acceptedEventSchema.parse({ event, task });
      // A creator's work goes when the creator is erased: what erases it must not be part of it.
      const group = command?.access === 'operator' ? undefined : room.creatorId;
      return {
        queue: EVENT_QUEUE,
        id: event.id,
        group: group ?? workspaceGroupOf(event),
        // What changes nothing need not wait for its turn in the thread.
        ...(command?.readOnly === true ? {} : { orderKey: orderKeyOf(event) }),
        payload: accepted as JsonValue,
      };
    },
  };
}
