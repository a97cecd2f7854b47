import type { IncomingHttpHeaders } from 'node:http';
import type { ApiMethod } from './method.js';
import { SlackError } from './slack-error.js';
import type { World } from './state.js';
import type { Installation } from './world.js';

/** Stands for the caller of a method that wants no bot token. */
export const nobody: Installation = {
  isOrgWide: false,
  botToken: '',
  botId: '',
  botUserId: '',
  installerId: '',
  scopes: new Set(),
  state: 'revoked',
};

/**
 * Whose token it is.
 * @throws SlackError `not_authed`, `invalid_auth`, `token_revoked`, `account_inactive`, `not_allowed_token_type`
 */
export function authenticate(world: World, wanted: ApiMethod['token'], token: string | undefined): Installation {
  if (wanted === 'none') return nobody;
  if (token === undefined || token === '') throw new SlackError('not_authed');
  if (token === world.app.appToken) {
    if (wanted !== 'app') throw new SlackError('not_allowed_token_type');
    return nobody;
  }
  const installation = world.installations.find(({ botToken }) => botToken === token);
  if (installation === undefined) throw new SlackError('invalid_auth');
  if (installation.state === 'revoked') throw new SlackError('token_revoked');
  if (installation.state === 'uninstalled') throw new SlackError('account_inactive');
  if (wanted === 'app') throw new SlackError('not_allowed_token_type');
  return installation;
}

/** The token of an `Authorization: Bearer` header. */
export function bearerToken({ authorization }: IncomingHttpHeaders): string | undefined {
  return /^Bearer (\S+)$/.exec(authorization ?? '')?.[1];
}

/** OAuth takes the client's id and secret by HTTP Basic too. */
export function withClientCredentials(
  { authorization }: IncomingHttpHeaders,
  raw: Record<string, unknown>,
): Record<string, unknown> {
  const basic = /^Basic (\S+)$/.exec(authorization ?? '')?.[1];
  if (basic === undefined) return raw;
  const [id, secret] = Buffer.from(basic, 'base64').toString().split(':');
  return { client_id: id, client_secret: secret, ...raw };
}
