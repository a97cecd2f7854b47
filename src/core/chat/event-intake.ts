import type { NewWork } from '../ports/coordinator.js';
import { DocentError } from '../errors.js';
import type { JsonValue } from '../json.js';
import type { Services } from '../services.js';
import {
  type AcceptedEvent,
  EVENT_QUEUE,
  acceptedEventSchema,
  orderKeyOf,
  groupWithoutCreator,
} from './accepted-event.js';
import type { ChatEvent } from './chat-event.js';
import type { Participation } from './participation.js';
import type { Room, Rooms } from './room.js';
import { type SpeakingContext, type Task, decideTask } from './speaking.js';
import { createThreadQuestions } from './thread-questions.js';

/** What the intake decides by. */
export interface EventIntakeOptions {
  readonly services: Pick<Services, 'clock' | 'commands'>;
  readonly rooms: Pick<Rooms, 'known'>;
  readonly participation: Participation;
}

/** What an event asks of Docent, and the work that this is. */
export interface AskedEvent {
  readonly accepted: AcceptedEvent;
  readonly work: NewWork;
  /** Keeps that Docent takes part in the thread; to be done with the event. */
  remember(): Promise<void>;
}

/** Decides what events ask of Docent. */
export interface EventIntake {
  /** Undefined when Docent stays silent on the event. @throws DocentError `ENGINE_UNAVAILABLE` when what decides it cannot be read. */
  decide(event: ChatEvent): Promise<AskedEvent | undefined>;
  /** What can be told without knowing the channel: undefined for talk that is not plainly meant for Docent. */
  addressed(event: ChatEvent): AcceptedEvent | undefined;
  /** The event of somebody who waits for the answer, and so gets one in any case. */
  spokenTo(event: ChatEvent): AcceptedEvent;
}

const NOTHING_KNOWN: SpeakingContext = { mode: undefined, takesPart: false };

/** An intake that remembers the threads where Docent takes part, and what was last said in each. */
export function createEventIntake({ services, rooms, participation }: EventIntakeOptions): EventIntake {
  const threadQuestions = createThreadQuestions(services);

  /** A name that no creator can have is told to the person when the event is answered. */
  async function knownRoomOf(event: ChatEvent): Promise<Room> {
    try {
      return await rooms.known(event);
    } catch (error) {
      if (error instanceof DocentError && error.code === 'COMMAND_INPUT')
        return { creatorId: undefined, link: undefined };
      throw error;
    }
  }

  async function taskOf(event: ChatEvent, { creatorId, link }: Room): Promise<Task | undefined> {
    const mode = link?.mode;
    const task = decideTask(event, { mode, takesPart: false });
    if (task !== undefined || mode !== 'thread' || creatorId === undefined) return task;
    return decideTask(event, { mode, takesPart: await participation.takesPart(creatorId, event.address) });
  }

  async function decideIn(event: ChatEvent, room: Room): Promise<Task | undefined> {
    const { address, body, author } = event;
    const task = await taskOf(event, room);
    const lastWords = threadQuestions.last(address);
    if (room.creatorId !== undefined && body.kind === 'message' && !author.isBot)
      threadQuestions.hear(address, body.text.trim());
    return task?.kind === 'last-question' && lastWords !== undefined
      ? { kind: 'question', text: lastWords, isNamed: true }
      : task;
  }

  return {
    spokenTo: (event) => ({ event, task: decideTask(event, { mode: 'all', takesPart: true }) ?? { kind: 'hint' } }),

    addressed(event) {
      const task = decideTask(event, NOTHING_KNOWN);
      return task === undefined ? undefined : acceptedEventSchema.parse({ event, task });
    },

    async decide(event) {
      if (event.author.isBot) return undefined;
      const room = await knownRoomOf(event);
      const task = await decideIn(event, room);
      if (task === undefined) return undefined;
      const command = task.kind === 'command' ? services.commands.find(({ name }) => name === task.name) : undefined;
      const isTalk = task.kind !== 'command' || command?.answersQuestions === true;
      const accepted: AcceptedEvent = acceptedEventSchema.parse({ event, task });
      // A creator's work goes when the creator is erased: what erases it must not be part of it.
      const group = command?.access === 'operator' ? undefined : room.creatorId;
      const work = {
        queue: EVENT_QUEUE,
        id: event.id,
        group: group ?? groupWithoutCreator(event),
        // What changes nothing need not wait for its turn in the thread.
        ...(command?.readOnly === true ? {} : { orderKey: orderKeyOf(event) }),
        payload: accepted as JsonValue,
      };
      return {
        accepted,
        work,
        async remember() {
          if (isTalk && room.creatorId !== undefined) await participation.remember(room.creatorId, event.address);
        },
      };
    },
  };
}
