import type { RESTPostAPIApplicationCommandsJSONBody } from 'discord.js';
import { withDeadline } from '../../../core/deadline.js';
import type { Clock } from '../../../core/ports/clock.js';
import type { Health } from '../../../core/ports/health.js';
import type { Logger } from '../../../core/ports/logger.js';
import type { RecordStore } from '../../../core/ports/record-store.js';
import type { RestApi } from '../api/rest-api.js';
import { clearFormerCommands } from './clear-commands.js';
import { publishCommands } from './publish-commands.js';

/** Keeps the commands registered as this Docent has them. */
export interface CommandRegistration {
  /** Resolves when they are registered, or after 10 seconds without: then it goes on trying. Never throws. */
  publish(applicationId: string): Promise<void>;
  /** What is to be said of them; undefined while all is well. */
  problem(): Health | undefined;
}

/** What is registered, and where. */
export interface CommandRegistrationOptions {
  readonly api: RestApi;
  readonly recordStore: RecordStore;
  /** One guild alone; undefined for everywhere. */
  readonly guildId: string | undefined;
  readonly payloads: readonly RESTPostAPIApplicationCommandsJSONBody[];
  /** Aborts when Docent stops. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Old commands are better than no connection, which waits for them: Discord can ask for a pause of a day here. */
const TIMEOUT_MS = 10_000;
const RETRY_EVERY_MS = 5 * 60_000;

/** Registers nothing by itself. */
export function createCommandRegistration(options: CommandRegistrationOptions): CommandRegistration {
  const { api, recordStore, guildId, payloads, signal, clock, logger } = options;
  let isMissing = false;
  let cancelRetry = (): void => {};

  async function publish(applicationId: string): Promise<void> {
    cancelRetry();
    try {
      const isChanged = await withDeadline({ clock, timeoutMs: TIMEOUT_MS, signal }, async (within) => {
        const place = { api, applicationId, guildId, signal: within };
        const isNew = await publishCommands(place, payloads);
        await clearFormerCommands({ ...place, recordStore }, payloads);
        return isNew;
      });
      isMissing = false;
      logger.info('discord.commands', { count: payloads.length, isChanged });
    } catch (error) {
      if (signal.aborted) return;
      isMissing = true;
      logger.error('discord.commands-not-published', { retryInMs: RETRY_EVERY_MS }, error);
      cancelRetry = clock.after(RETRY_EVERY_MS, () => void publish(applicationId));
    }
  }

  signal.addEventListener('abort', () => cancelRetry(), { once: true });

  return {
    publish,
    problem: () =>
      isMissing
        ? {
            state: 'degraded',
            detail: 'Connected, but Discord has not taken the commands yet, so that new ones may be missing.',
            fix: 'It is tried again every 5 minutes. If it stays, the log has the reason under "discord.commands-not-published".',
          }
        : undefined,
  };
}
