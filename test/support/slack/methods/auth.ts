import { argument } from '../arguments.js';
import { exchangeCode } from '../oauth.js';
import { type ApiMethod, defineMethod } from '../method.js';
import { SlackError } from '../slack-error.js';
import { endInstallation } from '../uninstall.js';

const test = defineMethod({
  shape: {},
  run({ world, installation }) {
    const { teamId, enterpriseId, isOrgWide, botUserId, botId } = installation;
    const workspace = teamId === undefined ? undefined : world.workspaces.get(teamId);
    const enterprise = enterpriseId === undefined ? undefined : world.enterprises.get(enterpriseId);
    return {
      url: `https://${workspace?.domain ?? 'organisation.enterprise'}.slack.com/`,
      team: isOrgWide ? enterprise?.name : workspace?.name,
      team_id: isOrgWide ? enterpriseId : teamId,
      user: 'docent',
      user_id: botUserId,
      bot_id: botId,
      ...(enterpriseId === undefined ? {} : { enterprise_id: enterpriseId }),
      is_enterprise_install: isOrgWide,
    };
  },
});

const revoke = defineMethod({
  shape: { test: argument.flag.optional() },
  run({ world, installation, events }, { test: isTest }) {
    if (isTest !== true) endInstallation(world, events, installation, 'revoked');
    return { revoked: isTest !== true };
  },
});

const uninstall = defineMethod({
  shape: { client_id: argument.text, client_secret: argument.text },
  run({ world, installation, events }, { client_id: clientId, client_secret: clientSecret }) {
    if (clientId !== world.app.clientId) throw new SlackError('invalid_client_id');
    if (clientSecret !== world.app.clientSecret) throw new SlackError('bad_client_secret');
    endInstallation(world, events, installation, 'uninstalled');
    return {};
  },
});

const access = defineMethod({
  token: 'none',
  shape: {
    client_id: argument.text.optional(),
    client_secret: argument.text.optional(),
    code: argument.text.optional(),
    redirect_uri: argument.text.optional(),
    grant_type: argument.text.optional(),
    refresh_token: argument.text.optional(),
  },
  run: ({ world }, values) => exchangeCode(world, values),
});

/** Methods about tokens and installations. */
export const authMethods: Readonly<Record<string, ApiMethod>> = {
  'auth.test': test,
  'auth.revoke': revoke,
  'apps.uninstall': uninstall,
  'oauth.v2.access': access,
};
