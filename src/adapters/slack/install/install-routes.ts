import { webApi } from '@slack/bolt';
import { z } from 'zod';
import { DocentError, toDocentError } from '../../../core/errors.js';
import type { Logger } from '../../../core/ports/logger.js';
import { clientOptions } from '../api/slack-api.js';
import { refusalOf } from '../api/slack-refusal.js';
import { BOT_SCOPES, INSTALL_PATH, REDIRECT_PATH } from '../app-surface.js';
import { type InstallState, STATE_LIFE_MS } from './install-state.js';
import type { Installation } from './installations.js';
import type { Workspaces } from './workspaces.js';

/** What installations are made with. */
export interface InstallRoutesOptions {
  readonly apiUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where browsers reach Docent, without a slash at the end. */
  readonly publicUrl: string;
  readonly state: InstallState;
  readonly workspaces: Pick<Workspaces, 'add'>;
  readonly logger: Logger;
  readonly boltLogger: webApi.WebClientOptions['logger'];
}

const COOKIE = 'docent_slack_state';

/** What Slack gives for a code, as far as it is needed; of another app's grants nothing is taken. */
const grantSchema = z.object({
  access_token: z.string().min(1),
  token_type: z.literal('bot'),
  scope: z.string(),
  bot_user_id: z.string(),
  team: z.object({ id: z.string() }).nullish(),
  enterprise: z.object({ id: z.string() }).nullish(),
  is_enterprise_install: z.boolean().default(false),
  expires_in: z.number().optional(),
});
const identitySchema = z.object({ bot_id: z.string() });

/** Serves `/slack/install` and the way back from Slack's consent page. */
export function createInstallRoutes(options: InstallRoutesOptions): (request: Request) => Promise<Response> {
  const { apiUrl, clientId, clientSecret, publicUrl, state, workspaces, logger, boltLogger } = options;
  const redirectUrl = `${publicUrl}${REDIRECT_PATH}`;
  const client = new webApi.WebClient(undefined, clientOptions(apiUrl, boltLogger));

  function begin(): Response {
    const made = state.create();
    const target = new URL('/oauth/v2/authorize', apiUrl);
    target.search = new URLSearchParams({
      client_id: clientId,
      scope: BOT_SCOPES.join(','),
      redirect_uri: redirectUrl,
      state: made,
    }).toString();
    return new Response(null, { status: 302, headers: { location: target.href, 'set-cookie': cookieOf(made) } });
  }

  function cookieOf(value: string): string {
    const life = value === '' ? 0 : STATE_LIFE_MS / 1_000;
    const secure = publicUrl.startsWith('https:') ? '; Secure' : '';
    return `${COOKIE}=${value}; Max-Age=${life}; Path=${REDIRECT_PATH}; HttpOnly; SameSite=Lax${secure}`;
  }

  async function exchange(code: string): Promise<Installation> {
    const grant = grantSchema.parse(
      await client.oauth.v2.access({
        client_id: clientId,
        client_secret: clientSecret,
        code,
        redirect_uri: redirectUrl,
      }),
    );
    if (grant.expires_in !== undefined)
      throw new DocentError('SETTINGS_INVALID', {
        userMessage:
          'The Slack app rotates its tokens, so that Docent would be shut out after some hours. Create the app anew from manifest.json, with token rotation off.',
      });
    const identity = identitySchema.parse(await client.auth.test({ token: grant.access_token }));
    return {
      teamId: grant.is_enterprise_install ? null : (grant.team?.id ?? null),
      enterpriseId: grant.enterprise?.id ?? null,
      botToken: grant.access_token,
      botId: identity.bot_id,
      botUserId: grant.bot_user_id,
      scopes: grant.scope.split(','),
    };
  }

  async function finish(request: Request): Promise<Response> {
    const { searchParams } = new URL(request.url);
    const done = (status: number, text: string): Response => page(status, text, cookieOf(''));
    if (searchParams.get('error') !== null)
      return done(400, `Nothing was installed: it was not allowed. Begin again at ${INSTALL_PATH} whenever you like.`);
    if (!state.isValid(searchParams.get('state'), cookieIn(request)))
      return done(
        400,
        `This installation was not begun in this browser, or too long ago. Begin again at ${INSTALL_PATH}.`,
      );
    const code = searchParams.get('code');
    if (code === null) return done(400, `Slack sent no code. Begin again at ${INSTALL_PATH}.`);
    try {
      const installation = await exchange(code);
      await workspaces.add(installation);
      logger.info('slack.installed', { teamId: installation.teamId, enterpriseId: installation.enterpriseId });
    } catch (error) {
      const failure = error instanceof webApi.SlackError ? refusalOf('oauth.v2.access', error) : toDocentError(error);
      logger.error('slack.install-failed', { code: failure.code }, failure);
      if (failure.code === 'SETTINGS_INVALID') return done(500, failure.userMessage);
      return done(502, `Nothing was installed: Slack or the store refused. Begin again at ${INSTALL_PATH}.`);
    }
    return done(
      200,
      'Docent is installed. Invite it to a channel, type "/docent link my-course" there, and ask it something.',
    );
  }

  return async (request) => {
    if (request.method !== 'GET') return page(405, 'Open this address in a browser.');
    return new URL(request.url).pathname === INSTALL_PATH ? begin() : finish(request);
  };
}

function cookieIn(request: Request): string | undefined {
  const pairs = (request.headers.get('cookie') ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);
}

/** Plain text: nothing in it can be run or framed into something else. */
function page(status: number, text: string, cookie?: string): Response {
  const headers = {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    ...(cookie === undefined ? {} : { 'set-cookie': cookie }),
  };
  return new Response(`${text}\n`, { status, headers });
}
