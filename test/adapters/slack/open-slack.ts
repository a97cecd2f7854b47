import { onTestFinished } from 'vitest';
import { createHttpServer } from '../../../src/adapters/hono/http-server.js';
import { EVENTS_PATH } from '../../../src/adapters/slack/app-surface.js';
import { slackSettingsSchema } from '../../../src/adapters/slack/settings.js';
import { createSlack } from '../../../src/adapters/slack/slack.js';
import type { CommandDefinition } from '../../../src/core/chat/command.js';
import type { Engines } from '../../../src/core/plugin.js';
import type { ChatAdapter, ChatHost } from '../../../src/core/ports/chat-adapter.js';
import type { Clock } from '../../../src/core/ports/clock.js';
import { systemClock } from '../../../src/core/system-clock.js';
import { builtInCommands } from '../../../src/plugins.js';
import { type RecordingChatHost, createRecordingChatHost } from '../../contracts/recording-chat-host.js';
import { openEmbeddedStores } from '../../support/embedded-stores.js';
import { createRecordingLogger } from '../../support/recording-logger.js';
import type { Person } from '../../support/slack/person.js';
import { startSlackStandIn } from '../../support/slack/server.js';
import type { SlackStandIn } from '../../support/slack/surface.js';
import type { Channel, Installation, Workspace } from '../../support/slack/world.js';

/** How a Slack adapter is opened. */
export interface OpenSlackOptions {
  readonly receiver?: 'http' | 'socket';
  /** Of the stand-in and the adapter alike. Default: the machine's. */
  readonly clock?: Clock;
  readonly host?: Partial<ChatHost>;
  readonly commands?: readonly CommandDefinition[];
  /** Settings in place of those that reach the stand-in. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Scopes of the installation. */
  readonly scopes?: readonly string[];
  /** Workspaces install the app themselves: there is no token in the settings. */
  readonly isDistributed?: boolean;
}

type RecordingLogger = ReturnType<typeof createRecordingLogger>;

/** One process with the adapter. */
export interface SlackProcess {
  readonly adapter: ChatAdapter;
  readonly url: string;
  stop(): Promise<void>;
}

/** A workspace with the app and some people, and a Slack adapter that has started. */
export interface OpenedSlack {
  readonly server: SlackStandIn;
  readonly workspace: Workspace;
  readonly installation: Installation;
  /** The owner. */
  readonly ada: Person;
  readonly grace: Person;
  readonly channel: Channel;
  readonly host: RecordingChatHost;
  readonly engines: Engines;
  readonly logger: RecordingLogger;
  /** The process that Slack delivers to. */
  readonly process: SlackProcess;
  readonly adapter: ChatAdapter;
  /** How people mention the app. */
  readonly mention: string;
  /** Another process over the same stores; not started. */
  elsewhere(): Promise<SlackProcess>;
  /** The process is gone, and another one takes its place. */
  restart(): Promise<void>;
}

/** Opens a stand-in for Slack and an adapter on it, until the test has ended. */
export async function openSlack(options: OpenSlackOptions = {}): Promise<OpenedSlack> {
  const clock = options.clock ?? systemClock;
  const server = await startSlackStandIn({ clock });
  onTestFinished(() => server.close());
  const workspace = server.addWorkspace('Acme');
  const installation = server.install(workspace.id, options.scopes === undefined ? {} : { scopes: options.scopes });
  const ada = server.addUser(workspace.id, 'ada', 'owner');
  const grace = server.addUser(workspace.id, 'grace');
  const channel = server.addChannel(workspace.id, 'general', [ada.id, grace.id, installation.botUserId]);
  const { engines } = await openEmbeddedStores(clock);
  const logger = createRecordingLogger();
  const host = createRecordingChatHost({ commands: options.commands ?? builtInCommands, ...options.host });
  const open = (): Promise<SlackProcess> =>
    openProcess({ options, server, engines, clock, logger, botToken: installation.botToken });

  const launch = async (): Promise<SlackProcess> => {
    const launched = await open();
    if (options.receiver !== 'socket') server.deliverTo({ events: `${launched.url}${EVENTS_PATH}` });
    await launched.adapter.start(host);
    return launched;
  };
  let process = await launch();
  return {
    server,
    workspace,
    installation,
    ada,
    grace,
    channel,
    host,
    engines,
    logger,
    mention: `<@${installation.botUserId}>`,
    get process() {
      return process;
    },
    get adapter() {
      return process.adapter;
    },
    elsewhere: open,
    async restart() {
      await process.stop();
      process = await launch();
    },
  };
}

async function openProcess({
  options,
  server,
  engines,
  clock,
  logger,
  botToken,
}: {
  readonly options: OpenSlackOptions;
  readonly server: SlackStandIn;
  readonly engines: Engines;
  readonly clock: Clock;
  readonly logger: RecordingLogger;
  readonly botToken: string;
}): Promise<SlackProcess> {
  const { app, apiUrl } = server;
  const httpServer = createHttpServer({ host: '127.0.0.1', port: 0, clock: systemClock, logger });
  const settings = slackSettingsSchema.parse({
    apiUrl,
    ...(options.receiver === 'socket' ? { appToken: app.appToken } : { signingSecret: app.signingSecret }),
    ...(options.isDistributed === true
      ? {
          clientId: app.clientId,
          clientSecret: app.clientSecret,
          tokenKey: 'a key of thirty-two characters or more',
          publicUrl: 'http://127.0.0.1:1',
        }
      : { botToken }),
    ...options.settings,
  });
  const created = createSlack({ settings, engines: { ...engines, httpServer }, clock, logger });
  const [adapter] = created.chatAdapters ?? [];
  if (adapter === undefined) throw new Error('the plugin made no adapter');
  await httpServer.start();
  let isRunning = true;
  const stop = async (): Promise<void> => {
    if (!isRunning) return;
    isRunning = false;
    await adapter.stop();
    await httpServer.stop(1_000);
  };
  onTestFinished(stop);
  return { adapter, url: httpServer.url, stop };
}
