import { type EventId, eventIdSchema } from '../../../core/ids.js';
import { PLATFORM } from '../platform.js';

/** The event of a message or an interaction, by its own id: however often it is delivered, it is one event. */
export function eventIdFor(snowflake: string): EventId {
  return eventIdSchema.parse(`${PLATFORM}/${snowflake}`);
}

/** The id that the event has on Discord. */
export function snowflakeOf(eventId: EventId): string {
  return eventId.slice(PLATFORM.length + 1);
}
