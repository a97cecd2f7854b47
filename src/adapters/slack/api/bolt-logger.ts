import type { Logger as BoltLogger } from '@slack/bolt';
import { LogLevel } from '@slack/bolt';
import type { Logger } from '../../../core/ports/logger.js';

/**
 * Slack's libraries write to Docent's log. What they say in passing may hold message text, so that it stays out: only
 * that they warned, and errors.
 */
export function createBoltLogger(logger: Logger): BoltLogger {
  const nothing = (): void => {};
  return {
    debug: nothing,
    info: nothing,
    warn: () => logger.debug('slack.client-warned'),
    error: (...messages) =>
      logger.warn(
        'slack.client-failed',
        {},
        messages.find((one) => one instanceof Error),
      ),
    setLevel: nothing,
    getLevel: () => LogLevel.ERROR,
    setName: nothing,
  };
}
