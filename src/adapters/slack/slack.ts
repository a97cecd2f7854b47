import type { Contributions, PluginContext } from '../../core/plugin.js';
import { createBoltLogger } from './api/bolt-logger.js';
import { EVENTS_PATH, INSTALL_PATH, REDIRECT_PATH } from './app-surface.js';
import { createInstallRoutes } from './install/install-routes.js';
import { createInstallState } from './install/install-state.js';
import { createInstallations } from './install/installations.js';
import { createRefusedTokens } from './install/refused-tokens.js';
import { type TokenSeal, createTokenSeal } from './install/token-seal.js';
import { type Workspaces, createWorkspaces } from './install/workspaces.js';
import { createHttpReceiver } from './receive/http-receiver.js';
import { createSocketReceiver } from './receive/socket-receiver.js';
import { type SlackSettings, receiverOf } from './settings.js';
import { createSlackAdapter } from './slack-adapter.js';

/** What Slack is set up with. */
export type SlackOptions = Pick<PluginContext<SlackSettings>, 'settings' | 'engines' | 'clock' | 'logger'>;

/** The adapter, with what it serves on the HTTP server mounted there. */
export function createSlack(options: SlackOptions): Contributions {
  const { settings, engines, clock, logger } = options;
  const { apiUrl, botToken, tokenKey, managerGroups = [] } = settings;
  const boltLogger = createBoltLogger(logger);
  const seal = tokenKey === undefined ? undefined : createTokenSeal(tokenKey);
  const installations =
    seal === undefined ? undefined : createInstallations({ recordStore: engines.recordStore, seal, clock });
  const refused = createRefusedTokens({ isDistributed: installations !== undefined, logger });
  const workspaces = createWorkspaces({ apiUrl, botToken, installations, refused, clock, logger: boltLogger });
  if (seal !== undefined) mountInstallation(options, workspaces, seal);
  const receiver = createReceiver(options);
  const adapter = createSlackAdapter({ apiUrl, workspaces, refused, receiver, managerGroups, clock, logger });
  return { chatAdapters: [adapter] };
}

function createReceiver({ settings, engines, clock, logger }: SlackOptions) {
  const { appToken = '', signingSecret = '', apiUrl } = settings;
  if (receiverOf(settings) === 'socket')
    return createSocketReceiver({ appToken, apiUrl, clock, logger, boltLogger: createBoltLogger(logger) });
  const receiver = createHttpReceiver({ signingSecret, clock, logger });
  engines.httpServer.mount(EVENTS_PATH, receiver.handler);
  return receiver;
}

function mountInstallation(
  { settings, engines, clock, logger }: SlackOptions,
  workspaces: Workspaces,
  seal: TokenSeal,
): void {
  const { apiUrl, clientId, clientSecret, publicUrl } = settings;
  if (clientId === undefined || clientSecret === undefined || publicUrl === undefined) return;
  const handler = createInstallRoutes({
    apiUrl,
    clientId,
    clientSecret,
    publicUrl,
    state: createInstallState(seal, clock),
    workspaces,
    logger,
    boltLogger: createBoltLogger(logger),
  });
  engines.httpServer.mount(INSTALL_PATH, handler);
  engines.httpServer.mount(REDIRECT_PATH, handler);
}
