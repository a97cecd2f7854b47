import type { App, ReceiverEvent } from '@slack/bolt';

/** Slack's name of a delivery that is an event, not a command or an interaction. */
const EVENT_TYPE = 'event_callback';

/**
 * Brings a delivery to the listeners. Bolt acknowledges an event before its listeners run, and Slack never delivers again
 * what was acknowledged: so here an event is acknowledged after them, when it is kept durably. Commands and interactions
 * are acknowledged by their own listeners.
 * @throws what a listener threw; the event is not acknowledged then.
 */
export async function deliver(app: Pick<App, 'processEvent'>, event: ReceiverEvent): Promise<void> {
  if (event.body['type'] !== EVENT_TYPE) {
    await app.processEvent(event);
    return;
  }
  await app.processEvent({ ...event, ack: async () => {} });
  await event.ack();
}
