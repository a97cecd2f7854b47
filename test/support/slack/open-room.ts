import { type FakeClock, createFakeClock } from '../fake-clock.js';
import { webApi } from '@slack/bolt';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import type { Person } from './person.js';
import { startSlackStandIn } from './server.js';
import type { SlackStandIn, StandInOptions } from './surface.js';
import type { Channel, Installation, Workspace } from './world.js';

/** One workspace with the app, two people, and a channel with all of them. */
export interface SlackRoom {
  readonly server: SlackStandIn;
  readonly clock: FakeClock;
  readonly workspace: Workspace;
  readonly installation: Installation;
  readonly ada: Person;
  readonly grace: Person;
  readonly channel: Channel;
  /** The official client, with the installation's token and no retries. */
  readonly client: webApi.WebClient;
}

/** Opens a stand-in with a room until the test has ended. Nothing passes on its clock but by the test. */
export async function openSlackRoom(
  options: StandInOptions & { readonly scopes?: readonly string[] } = {},
): Promise<SlackRoom> {
  const clock = createFakeClock();
  const server = await startSlackStandIn({ clock, ...options });
  onTestFinished(() => server.close());
  const workspace = server.addWorkspace('Acme');
  const installation = server.install(workspace.id, options.scopes === undefined ? {} : { scopes: options.scopes });
  const ada = server.addUser(workspace.id, 'ada', 'owner');
  const grace = server.addUser(workspace.id, 'grace');
  const channel = server.addChannel(workspace.id, 'general', [ada.id, grace.id, installation.botUserId]);
  return {
    server,
    clock,
    workspace,
    installation,
    ada,
    grace,
    channel,
    client: slackClient(server, installation.botToken),
  };
}

/** The official client on a stand-in: silent, impatient, and without retries. */
export function slackClient(server: SlackStandIn, token: string | undefined): webApi.WebClient {
  return new webApi.WebClient(token, {
    slackApiUrl: server.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: 10_000,
    logLevel: webApi.LogLevel.ERROR,
    logger: silentSlackLogger,
  });
}

/** Posts blocks in a room's channel and gives the message's timestamp. */
export async function postBlocks({ client, channel }: SlackRoom, blocks: readonly object[]): Promise<string> {
  const reply = await client.apiCall('chat.postMessage', { channel: channel.id, text: 'a', blocks });
  return z.looseObject({ ts: z.string() }).parse(reply).ts;
}

/** What the SDK would log goes nowhere. */
export const silentSlackLogger: webApi.Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => webApi.LogLevel.ERROR,
  setName: () => undefined,
};
