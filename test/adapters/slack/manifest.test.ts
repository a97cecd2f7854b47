import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  BOT_EVENTS,
  BOT_SCOPES,
  EVENTS_PATH,
  REDIRECT_PATH,
  SHORTCUTS,
  SLASH_COMMANDS,
} from '../../../src/adapters/slack/app-surface.js';
import { sourceFiles } from '../../architecture/sources.js';

interface Manifest {
  readonly features: {
    readonly slash_commands: readonly { readonly command: string }[];
    readonly shortcuts: readonly { readonly type: string; readonly callback_id: string }[];
    readonly agent_view: { readonly agent_description: string; readonly suggested_prompts: readonly unknown[] };
    readonly assistant_view?: unknown;
    readonly app_home: { readonly messages_tab_read_only_enabled: boolean };
  };
  readonly oauth_config: {
    readonly redirect_urls: readonly string[];
    readonly scopes: { readonly bot: readonly string[] };
  };
  readonly settings: {
    readonly event_subscriptions: { readonly request_url: string; readonly bot_events: readonly string[] };
    readonly interactivity: { readonly is_enabled: boolean; readonly request_url: string };
  };
}

const manifest = JSON.parse(readFileSync('manifest.json', 'utf8')) as Manifest;
const hooks = JSON.parse(readFileSync('.slack/hooks.json', 'utf8')) as { hooks: Record<string, string> };
const code = sourceFiles('src/adapters/slack')
  .map(({ text }) => text)
  .join('\n');

/** Methods of the Web API by the scope that they need. */
const SCOPES_OF_METHODS: readonly (readonly [method: string, scopes: readonly string[]])[] = [
  ['assistant.threads.setStatus', ['assistant:write']],
  ['chat.postMessage', ['chat:write']],
  ['conversations.history', ['channels:history', 'groups:history', 'im:history', 'mpim:history']],
  ['conversations.info', ['channels:read', 'groups:read', 'im:read', 'mpim:read']],
  ['conversations.open', ['im:write']],
  ['files.getUploadURLExternal', ['files:write']],
  ['files.info', ['files:read']],
  ['usergroups.users.list', ['usergroups:read']],
  ['users.info', ['users:read']],
];

describe('manifest.json', () => {
  it('asks for the scopes that the code needs, and no other', () => {
    const needed = SCOPES_OF_METHODS.flatMap(([method, scopes]) => (code.includes(`'${method}'`) ? scopes : []));
    expect([...manifest.oauth_config.scopes.bot].toSorted()).toEqual([...BOT_SCOPES].toSorted());
    expect([...BOT_SCOPES].toSorted()).toEqual([...needed, 'app_mentions:read', 'commands'].toSorted());
  });

  it('subscribes to the events that the code listens to, and no other', () => {
    expect(manifest.settings.event_subscriptions.bot_events).toEqual([...BOT_EVENTS]);
    const listened = new Set([...code.matchAll(/app\.event\('([a-z_]+)'/g)].map(([, name]) => name));
    expect(listened).toEqual(new Set(BOT_EVENTS.map((name) => name.replace(/^message\..*/, 'message'))));
  });

  it('declares the commands and shortcuts that the code has', () => {
    const { slash_commands: commands, shortcuts } = manifest.features;
    expect(commands.map(({ command }) => command)).toEqual(Object.values(SLASH_COMMANDS));
    expect(shortcuts.map(({ type, callback_id: id }) => [type, id])).toEqual([
      ['message', SHORTCUTS.addToKnowledge],
      ['global', SHORTCUTS.ask],
    ]);
  });

  it('leads Slack to where the code serves it', () => {
    const { event_subscriptions: events, interactivity } = manifest.settings;
    expect(new URL(events.request_url).pathname).toBe(EVENTS_PATH);
    expect(new URL(interactivity.request_url).pathname).toBe(EVENTS_PATH);
    expect(manifest.oauth_config.redirect_urls.map((url) => new URL(url).pathname)).toEqual([REDIRECT_PATH]);
  });

  it('is an agent with a tab to write in, within the limits of Slack', () => {
    const { agent_view: agent, app_home: home, assistant_view: assistant } = manifest.features;
    expect(agent.agent_description.length).toBeLessThanOrEqual(300);
    expect(agent.suggested_prompts.length).toBeLessThanOrEqual(4);
    expect(assistant).toBeUndefined();
    expect(home.messages_tab_read_only_enabled).toBe(false);
  });

  it("is what Slack's command line reads before it starts Docent", () => {
    expect(hooks.hooks['get-manifest']).toBe('cat manifest.json');
    expect(hooks.hooks['start']).toMatch(/npm start$/);
  });
});
