import { randomBytes } from 'node:crypto';
import { SlackError } from './slack-error.js';
import { type World, existing } from './state.js';
import { install } from './tenants.js';
import { violate } from './method.js';

/** A code may be exchanged within ten minutes. */
const CODE_LIFE_MS = 10 * 60_000;

/** What the consent page answers: where the browser goes next, or an error that stays on Slack's page. */
export type ConsentAnswer = { readonly location: string } | { readonly page: string };

/** The consent page, with the person of `behaviour.consent` at it. */
export function authorize(world: World, query: URLSearchParams): ConsentAnswer {
  const { app, behaviour, clock } = world;
  const page = (error: string): ConsentAnswer => {
    violate(world, 'oauth', error, [query.toString()]);
    return { page: error };
  };
  if (query.get('client_id') !== app.clientId) return page('invalid_client_id');
  const redirectUri = query.get('redirect_uri') ?? undefined;
  const back = redirectUri ?? app.redirectUrls[0] ?? '';
  if (!app.redirectUrls.some((allowed) => back.startsWith(allowed))) return page('bad_redirect_uri');
  const scopes = (query.get('scope') ?? '').split(',').filter((scope) => scope !== '');
  if (scopes.length === 0) return page('no_scopes');
  const unknown = scopes.filter((scope) => !/^[a-z_]+(?:[:.][a-z_]+)*$/.test(scope));
  if (unknown.length > 0) return page('invalid_scope');
  const { consent } = behaviour;
  if (consent === undefined) return { page: 'nobody is at the consent page' };
  const location = new URL(back);
  const state = query.get('state');
  if (state === null) violate(world, 'oauth', 'missing_state');
  else location.searchParams.set('state', state);
  if (consent.isRefused === true) {
    location.searchParams.set('error', 'access_denied');
    return { location: location.href };
  }
  const code = `${randomBytes(8).toString('hex')}.code`;
  world.grants.set(code, {
    tenantId: consent.enterpriseId ?? consent.teamId ?? '',
    userId: consent.userId,
    scopes,
    redirectUri,
    issuedAtMs: clock.now(),
    isUsed: false,
  });
  location.searchParams.set('code', code);
  return { location: location.href };
}

interface Exchange {
  readonly client_id?: string | undefined;
  readonly client_secret?: string | undefined;
  readonly code?: string | undefined;
  readonly redirect_uri?: string | undefined;
}

/**
 * Exchanges a code for a token (reference/methods/oauth.v2.access).
 * @throws SlackError `invalid_client_id`, `bad_client_secret`, `invalid_code`, `code_already_used`, `bad_redirect_uri`
 */
export function exchangeCode(world: World, given: Exchange): object {
  const { app, clock } = world;
  if (given.client_id !== app.clientId) throw new SlackError('invalid_client_id');
  if (given.client_secret !== app.clientSecret) throw new SlackError('bad_client_secret');
  const grant = world.grants.get(given.code ?? '');
  if (grant === undefined || clock.now() - grant.issuedAtMs > CODE_LIFE_MS) throw new SlackError('invalid_code');
  if (grant.isUsed) throw new SlackError('code_already_used');
  if (grant.redirectUri !== given.redirect_uri) throw new SlackError('bad_redirect_uri');
  grant.isUsed = true;
  const installation = install(world, grant.tenantId, grant.scopes, grant.userId);
  const { enterpriseId, isOrgWide, teamId } = installation;
  const enterprise = enterpriseId === undefined ? null : existing(world.enterprises, 'enterprise', enterpriseId);
  const workspace = teamId === undefined ? null : existing(world.workspaces, 'workspace', teamId);
  return {
    app_id: app.appId,
    authed_user: { id: grant.userId },
    scope: grant.scopes.join(','),
    token_type: 'bot',
    access_token: installation.botToken,
    ...(world.behaviour.rotatesTokens ? { refresh_token: `xoxe-1-${installation.botToken}`, expires_in: 43_200 } : {}),
    bot_user_id: installation.botUserId,
    team: workspace === null ? null : { id: workspace.id, name: workspace.name },
    enterprise: enterprise === null ? null : { id: enterprise.id, name: enterprise.name },
    is_enterprise_install: isOrgWide,
  };
}
