import type { CreatorId } from '../ids.js';
import type { OutgoingMessage } from '../chat/outgoing-message.js';
import type { Logger } from '../ports/logger.js';
import type { Services } from '../services.js';

/** What a report collects its facts from. */
export interface ReportContext {
  readonly creatorId: CreatorId;
  readonly services: Services;
  /** The slot the report is for, in milliseconds since 1970. */
  readonly slotAt: number;
  /** The IANA time zone that the creator chose, UTC at first: in it people read dates and hours. */
  readonly timezone: string;
  readonly signal: AbortSignal;
  readonly logger: Logger;
}

/** A message that a creator's admin channel gets on a schedule. */
export interface ReportDefinition<Facts = unknown> {
  /** Lower-case letters and hyphens. */
  readonly name: string;
  readonly description: string;
  /** Cron fields, five or, for every few seconds, six; in the time zone that the creator chose, UTC at first. */
  readonly defaultSchedule: string;
  collect(context: ReportContext): Promise<Facts>;
  /** Pure: the same facts give the same message; undefined when there is nothing worth a message. */
  render(facts: Facts): OutgoingMessage | undefined;
}

/** Declares a report; what `collect` returns is what `render` takes. */
export function defineReport<Facts>(definition: ReportDefinition<Facts>): ReportDefinition {
  return definition;
}
