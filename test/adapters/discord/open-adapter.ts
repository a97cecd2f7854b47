import { onTestFinished } from 'vitest';
import { createDiscordAdapter } from '../../../src/adapters/discord/discord-adapter.js';
import { createRestApi } from '../../../src/adapters/discord/api/rest-api.js';
import { type DiscordSettings, discordSettingsSchema } from '../../../src/adapters/discord/settings.js';
import type { ChatAdapter } from '../../../src/core/ports/chat-adapter.js';
import type { Clock } from '../../../src/core/ports/clock.js';
import type { Logger } from '../../../src/core/ports/logger.js';
import type { RecordStore } from '../../../src/core/ports/record-store.js';
import type { DiscordStandIn } from '../../support/discord/server.js';
import { silentLogger } from '../../support/silent-logger.js';

/** What an adapter under test is made with. */
export interface OpenAdapterOptions {
  readonly server: DiscordStandIn;
  readonly recordStore: RecordStore;
  readonly clock: Clock;
  readonly logger?: Logger;
  readonly settings?: Partial<DiscordSettings>;
}

/** An adapter that is stopped with the test; not started. */
export function openAdapter({
  server,
  recordStore,
  clock,
  logger = silentLogger,
  settings,
}: OpenAdapterOptions): ChatAdapter {
  const read = discordSettingsSchema.parse({ apiUrl: server.apiUrl, cdnUrl: server.cdnUrl });
  const { token } = server;
  const adapter = createDiscordAdapter({
    settings: { ...read, ...settings },
    token,
    api: createRestApi({ apiUrl: server.apiUrl, token, logger }),
    recordStore,
    clock,
    logger,
  });
  onTestFinished(() => adapter.stop());
  return adapter;
}
