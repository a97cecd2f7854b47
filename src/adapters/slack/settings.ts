import { z } from 'zod';
import { setting, settingTypes } from '../../core/settings.js';

/** Slack's own Web API. */
export const SLACK_API_URL = 'https://slack.com/api/';

const apiUrl = z
  .string()
  .refine(isApiUrl, 'it must be an address such as https://slack.com/api/')
  .transform((text) => (text.endsWith('/') ? text : `${text}/`))
  .default(SLACK_API_URL);

const publicUrl = z
  .string()
  .refine((text) => URL.canParse(text) && /^https?:/.test(text), 'it must be an address such as https://docent.example')
  .transform((text) => text.replace(/\/+$/, ''))
  .optional();

const userGroups = z
  .string()
  .transform((text) => text.split(',').map((id) => id.trim()))
  .pipe(z.array(z.string().regex(/^S[A-Z0-9]+$/, 'each is the id of a user group, such as S0123ABCD')).max(20))
  .optional();

const token = (prefix: RegExp, looks: string) => z.string().regex(prefix, `it must look like ${looks}`).optional();

const fields = z.strictObject({
  botToken: setting(token(/^xox[be][.-]/, 'xoxb-…'), {
    env: 'SLACK_BOT_TOKEN',
    description:
      'Bot token of the one workspace that Docent is installed in; unset where workspaces install it themselves.',
    secret: true,
  }),
  receiver: setting(z.enum(['http', 'socket']).optional(), {
    env: 'SLACK_RECEIVER',
    description: 'How Slack delivers: `http` or `socket`; unset, `socket` when there is an app token, else `http`.',
  }),
  appToken: setting(token(/^xapp-/, 'xapp-…'), {
    env: 'SLACK_APP_TOKEN',
    description: 'App-level token with connections:write, for Socket Mode.',
    secret: true,
  }),
  signingSecret: setting(settingTypes.optionalText(), {
    env: 'SLACK_SIGNING_SECRET',
    description: "Signing secret of the Slack app, by which Slack's requests over HTTP are known.",
    secret: true,
  }),
  clientId: setting(settingTypes.optionalText(), {
    env: 'SLACK_CLIENT_ID',
    description: 'Client id of the Slack app, where workspaces install it at /slack/install.',
  }),
  clientSecret: setting(settingTypes.optionalText(), {
    env: 'SLACK_CLIENT_SECRET',
    description: 'Client secret of the Slack app, for the same.',
    secret: true,
  }),
  tokenKey: setting(z.string().min(32, 'use at least 32 characters').optional(), {
    env: 'SLACK_TOKEN_KEY',
    description:
      "Key that the workspaces' tokens are kept under, at least 32 characters; whoever changes it installs anew.",
    secret: true,
  }),
  publicUrl: setting(publicUrl, {
    env: 'SLACK_PUBLIC_URL',
    description: 'Address at which browsers reach Docent, for the way back from an installation.',
  }),
  managerGroups: setting(userGroups, {
    env: 'SLACK_MANAGER_GROUPS',
    description:
      'Ids of user groups, separated by commas, whose members are managers as workspace admins and owners are.',
  }),
  apiUrl: setting(apiUrl, {
    env: 'SLACK_API_URL',
    description: 'Address of the Web API, such as that of another server that speaks it.',
  }),
});

/** The settings of the Slack platform; what goes together is checked together. */
export const slackSettingsSchema = fields.superRefine((settings, context) => {
  const isMissing = (key: keyof typeof settings, why: string): void => {
    if (settings[key] === undefined)
      context.addIssue({ code: 'custom', path: [key], message: `it is missing: ${why}` });
  };
  if (!isSlackOn(settings)) {
    const isBegun = settings.appToken ?? settings.signingSecret ?? settings.clientSecret;
    if (isBegun !== undefined)
      isMissing('botToken', 'set it, or SLACK_CLIENT_ID, or take away the other Slack settings');
    return;
  }
  if (receiverOf(settings) === 'socket') isMissing('appToken', 'Socket Mode needs it; or set SLACK_RECEIVER=http');
  else isMissing('signingSecret', 'HTTP needs it; or set SLACK_APP_TOKEN for Socket Mode');
  if (settings.clientId === undefined) return;
  isMissing('clientSecret', 'installations need it');
  isMissing('tokenKey', 'the tokens of installations are kept under it');
  isMissing('publicUrl', 'installations come back to it');
});

/** The settings, read and checked. */
export type SlackSettings = z.output<typeof slackSettingsSchema>;

/** Whether there is a way into some workspace. */
export function isSlackOn({ botToken, clientId }: Pick<SlackSettings, 'botToken' | 'clientId'>): boolean {
  return botToken !== undefined || clientId !== undefined;
}

/** How Slack delivers. */
export function receiverOf({ receiver, appToken }: Pick<SlackSettings, 'receiver' | 'appToken'>): 'http' | 'socket' {
  return receiver ?? (appToken === undefined ? 'http' : 'socket');
}

function isApiUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, search } = new URL(text);
  return /^https?:$/.test(protocol) && username === '' && search === '';
}
