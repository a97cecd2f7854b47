import { App, HTTPReceiver, SocketModeReceiver, webApi } from '@slack/bolt';
import { onTestFinished } from 'vitest';
import { eventually } from '../eventually.js';
import { freePort } from '../free-port.js';
import { type SlackRoom, silentSlackLogger } from './open-room.js';

/** Bolt with a room's token, as an HTTP server that the stand-in delivers to, until the test has ended. */
export async function openBoltOverHttp({ server, installation }: SlackRoom): Promise<App> {
  const port = await freePort();
  const receiver = new HTTPReceiver({ signingSecret: server.app.signingSecret, port, logger: silentSlackLogger });
  const app = new App({
    token: installation.botToken,
    receiver,
    logger: silentSlackLogger,
    clientOptions: { slackApiUrl: server.apiUrl },
  });
  await app.start(port);
  onTestFinished(async () => void (await app.stop()));
  server.deliverTo({ events: `http://127.0.0.1:${port}/slack/events` });
  return app;
}

/** Bolt with a room's token over Socket Mode, connected, until the test has ended. */
export async function openBoltOverSocket({ server, installation }: SlackRoom): Promise<App> {
  const before = server.sockets.open.length;
  const clientOptions = { slackApiUrl: server.apiUrl, retryConfig: { retries: 0 } };
  const receiver = new SocketModeReceiver({
    appToken: server.app.appToken,
    logger: silentSlackLogger,
    clientPingTimeout: 200,
    installerOptions: { clientOptions },
  });
  const app = new App({ token: installation.botToken, receiver, logger: silentSlackLogger, clientOptions });
  await app.start();
  onTestFinished(async () => void (await app.stop()));
  await eventually('a connection', () => server.sockets.open.length > before);
  return app;
}

/** The error that the Web API refused a call with. @throws Error when it did not refuse */
export async function refusalOf(call: Promise<unknown>): Promise<string> {
  return (await platformErrorOf(call)).data.error;
}

/** The messages of a refusal. @throws Error when it did not refuse, or with another error */
export async function refusalMessagesOf(error: string, call: Promise<unknown>): Promise<readonly string[]> {
  const { data } = await platformErrorOf(call);
  if (data.error !== error) throw new Error(`it was refused with ${data.error}`);
  return data.response_metadata?.messages ?? [];
}

async function platformErrorOf(call: Promise<unknown>): Promise<webApi.WebAPIPlatformError> {
  const reason: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (reason instanceof webApi.WebAPIPlatformError) return reason;
  throw new Error(`it was not refused: ${String(reason)}`);
}
