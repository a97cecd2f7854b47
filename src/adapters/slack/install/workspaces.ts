import type { webApi } from '@slack/bolt';
import { z } from 'zod';
import { createBoundedMap } from '../../../core/bounded-map.js';
import { DocentError } from '../../../core/errors.js';
import type { Clock } from '../../../core/ports/clock.js';
import { type SlackApi, createSlackApi } from '../api/slack-api.js';
import { DEAD_TOKEN, REFUSED_TOKEN, isRefused } from '../api/slack-refusal.js';
import { type Installation, type Installations, type Tenant, ownerOf } from './installations.js';
import type { RefusedTokens } from './refused-tokens.js';

/** A workspace as Docent acts in it. */
export interface Workspace {
  readonly teamId: string;
  readonly enterpriseId: string | null;
  readonly botToken: string;
  readonly botId: string;
  readonly botUserId: string;
  readonly api: SlackApi;
}

/** The workspaces that Docent is installed in. */
export interface Workspaces {
  /**
   * @throws DocentError `CHANNEL_UNAVAILABLE` where Docent is not installed; `ENGINE_UNAVAILABLE` when Slack or the store
   * does not say; `SETTINGS_INVALID` once Slack refused the only token.
   */
  find(tenant: Tenant): Promise<Workspace>;
  /** Takes up an installation. */
  add(installation: Installation): Promise<void>;
  /** Forgets the installation that was made there before this time, with its token. */
  remove(tenant: Tenant, beforeMs: number): Promise<void>;
  /** Asks Slack whether the token of the settings opens its workspace. @throws SlackRefusal when it does not. */
  check(): Promise<void>;
  /** How many installations there are, the one of the settings included. */
  count(): Promise<number>;
}

/** What workspaces are made with. */
export interface WorkspacesOptions {
  readonly apiUrl: string;
  /** The token of the settings. */
  readonly botToken: string | undefined;
  /** Installations that workspaces made themselves; undefined where they cannot. */
  readonly installations: Installations | undefined;
  readonly refused: RefusedTokens;
  readonly clock: Clock;
  readonly logger: webApi.WebClientOptions['logger'];
}

/** How long a token is used before it is read anew: another process may have got a new one. */
const CACHE_MS = 5 * 60_000;
const MAX_CACHED = 1_000;

const identitySchema = z.object({
  team_id: z.string(),
  user_id: z.string(),
  bot_id: z.string(),
  enterprise_id: z.string().nullish(),
  is_enterprise_install: z.boolean().optional(),
});

/** Finds them by the token of the settings and by what is installed. */
export function createWorkspaces(options: WorkspacesOptions): Workspaces {
  const { apiUrl, botToken, installations, refused, clock, logger } = options;
  const cache = createBoundedMap<string, { readonly workspace: Workspace; readonly readAt: number }>(MAX_CACHED);
  const { signal } = new AbortController();
  let own: Promise<Installation> | undefined;

  /** Whose token the settings name; asked once, and again after a failure. */
  async function ownInstallation(token: string): Promise<Installation> {
    own ??= createSlackApi({ apiUrl, token, clock, logger })
      .call('auth.test', {}, { response: identitySchema, signal })
      .then((identity) => ({
        teamId: identity.is_enterprise_install === true ? null : identity.team_id,
        enterpriseId: identity.enterprise_id ?? null,
        botToken: token,
        botId: identity.bot_id,
        botUserId: identity.user_id,
        scopes: [],
      }));
    try {
      return await own;
    } catch (error) {
      own = undefined;
      if (isRefused(error, ...REFUSED_TOKEN)) refused.refuseOwn(error.reason);
      refused.throwIfAllRefused();
      throw error;
    }
  }

  /** Something says that the token opens nothing any more: what Slack answers now counts. Never throws. */
  async function lookAgain(token: string): Promise<void> {
    own = undefined;
    await ownInstallation(token).catch(() => undefined);
  }

  async function installationOf(tenant: Tenant): Promise<Installation | undefined> {
    refused.throwIfAllRefused();
    if (botToken !== undefined && !refused.isOwnRefused) {
      const installation = await ownInstallation(botToken);
      if (isFor(installation, tenant)) return installation;
    }
    return installations?.find(tenant);
  }

  function open(installation: Installation, teamId: string): Workspace {
    const { enterpriseId, botToken: token, botId, botUserId } = installation;
    const api = createSlackApi({
      apiUrl,
      token,
      clock,
      logger,
      teamId: installation.teamId === null ? teamId : undefined,
    });
    return { teamId, enterpriseId, botToken: token, botId, botUserId, api: watched(api, installation, teamId) };
  }

  /** A token that opens nothing any more is read anew for the next call, and known as such until it opens something. */
  function watched(api: SlackApi, installation: Installation, teamId: string): SlackApi {
    const isOwn = installation.botToken === botToken;
    const owner = ownerOf(installation);
    return {
      async call(method, parameters, call) {
        if (isOwn) refused.throwIfAllRefused();
        try {
          const response = await api.call(method, parameters, call);
          refused.clear(owner);
          return response;
        } catch (error) {
          if (!isRefused(error, ...DEAD_TOKEN)) throw error;
          cache.delete(teamId);
          if (isOwn) await lookAgain(installation.botToken);
          else if (isRefused(error, ...REFUSED_TOKEN)) refused.refuse(owner, error.reason);
          if (isOwn) refused.throwIfAllRefused();
          throw error;
        }
      },
    };
  }

  return {
    async find(tenant) {
      const key = tenant.teamId ?? tenant.enterpriseId ?? '';
      const cached = cache.get(key);
      if (cached !== undefined && clock.now() - cached.readAt < CACHE_MS) return cached.workspace;
      const installation = await installationOf(tenant);
      if (installation === undefined) throw notInstalled();
      const { teamId = installation.teamId ?? ownerOf(installation) } = tenant;
      if (installation.teamId === null && installation.enterpriseId !== null && tenant.teamId !== undefined)
        await installations?.rememberTeam(tenant.teamId, installation.enterpriseId);
      // The pace and the pauses of a workspace go on when its token is the same.
      const isSame = cached?.workspace.botToken === installation.botToken;
      const workspace = isSame ? cached.workspace : open(installation, teamId);
      cache.set(key, { workspace, readAt: clock.now() });
      return workspace;
    },

    async add(installation) {
      if (installations === undefined) throw notInstalled();
      await installations.save(installation);
      refused.clear(ownerOf(installation));
      cache.clear();
    },

    async remove(tenant, beforeMs) {
      await installations?.remove(tenant, beforeMs);
      const owner = tenant.teamId ?? tenant.enterpriseId;
      if (owner !== undefined) refused.clear(owner);
      cache.clear();
      if (botToken !== undefined && !refused.isOwnRefused) void lookAgain(botToken);
    },

    async check() {
      if (botToken !== undefined && !refused.isOwnRefused) await ownInstallation(botToken);
    },

    count: async () => (botToken === undefined ? 0 : 1) + ((await installations?.count()) ?? 0),
  };
}

function isFor(installation: Installation, { teamId, enterpriseId }: Tenant): boolean {
  if (installation.teamId === null) return enterpriseId === undefined || enterpriseId === installation.enterpriseId;
  return teamId === installation.teamId;
}

function notInstalled(): DocentError {
  return new DocentError('CHANNEL_UNAVAILABLE', {
    userMessage: 'Docent is not installed in this Slack workspace. An admin can install it at /slack/install.',
  });
}
