import type { IncomingHttpHeaders } from 'node:http';
import { decodeRequest } from './arguments.js';
import { authenticate, bearerToken, withClientCredentials } from './authentication.js';
import type { Events } from './events.js';
import { type ApiAnswer, answerAfter, answerBefore, createFaultPlan, rateLimited } from './fault-plan.js';
import { type ApiMethod, requireScope, violate } from './method.js';
import { assistantMethods } from './methods/assistant.js';
import { authMethods } from './methods/auth.js';
import { chatMethods } from './methods/chat.js';
import { conversationMethods } from './methods/conversations.js';
import { directoryMethods } from './methods/directory.js';
import { fileMethods } from './methods/files.js';
import { streamMethods } from './methods/streams.js';
import { viewMethods } from './methods/views.js';
import { RateLimited } from './rate-limits.js';
import { SlackError } from './slack-error.js';
import type { World } from './state.js';
import type { ApiCall } from './records.js';

/** A request to `/api/<method>`. */
export interface ApiRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Answers a call of the Web API. */
export type WebApi = (request: ApiRequest) => Promise<ApiAnswer>;

/** Refusals that tell how things stand, and that an app which does everything right gets too: no violations. */
const CIRCUMSTANCES = new Set([
  'account_inactive',
  'already_reacted',
  'channel_not_found',
  'expired_trigger_id',
  'feature_not_enabled',
  'file_not_found',
  'is_archived',
  'message_not_found',
  'message_not_in_streaming_state',
  'not_in_channel',
  'restricted_action',
  'stopped_by_user',
  'thread_not_found',
  'token_revoked',
  'user_not_found',
  'user_not_in_channel',
]);

/** @param openSocket makes an address for `apps.connections.open` */
export function createWebApi(world: World, events: Events, openSocket: () => string): WebApi {
  const methods: Readonly<Record<string, ApiMethod>> = {
    ...chatMethods,
    ...streamMethods,
    ...conversationMethods,
    ...viewMethods,
    ...fileMethods,
    ...assistantMethods,
    ...directoryMethods,
    ...authMethods,
    'apps.connections.open': { token: 'app', scopes: [], run: () => ({ url: openSocket() }) },
  };
  const takeFault = createFaultPlan(world.behaviour);

  const reply = (call: ApiCall, { headers, url, body }: ApiRequest): object => {
    const { raw, isJson } = decodeRequest(url, headers, body);
    const { token: sentToken, ...given } = raw;
    Object.assign(call, { arguments: given });
    const method = methods[call.method];
    if (method === undefined) throw new SlackError('unknown_method');
    // Slack passes over a token in a JSON body.
    const bodyToken = isJson || typeof sentToken !== 'string' ? undefined : sentToken;
    const installation = authenticate(world, method.token, bearerToken(headers) ?? bodyToken);
    Object.assign(call, { tenantId: installation.teamId ?? installation.enterpriseId });
    requireScope({ installation }, ...method.scopes);
    const context = { world, events, method: call.method, installation };
    return method.run(context, withClientCredentials(headers, given));
  };

  const perform = (call: ApiCall, request: ApiRequest): ApiAnswer => {
    try {
      return { status: 200, body: { ok: true, ...reply(call, request) } };
    } catch (error) {
      if (error instanceof RateLimited) return rateLimited(error.retryAfterSeconds);
      if (!(error instanceof SlackError)) throw error;
      if (!CIRCUMSTANCES.has(error.error)) violate(world, call.method, error.error, error.messages);
      return { status: 200, body: refusal(error) };
    }
  };

  return async (request) => {
    const { method } = request;
    const call: ApiCall = { method, arguments: {}, tenantId: undefined, atMs: world.clock.now(), outcome: undefined };
    world.calls.push(call);
    const fault = takeFault(method);
    if (fault?.kind === 'slow') await fault.until;
    const performed = answerBefore(fault) ?? perform(call, request);
    const answer = answerAfter(fault) ?? performed;
    call.outcome = outcomeOf(answer);
    return answer;
  };
}

function refusal({ error, messages, fields }: SlackError): object {
  return { ok: false, error, ...fields, ...(messages.length === 0 ? {} : { response_metadata: { messages } }) };
}

function outcomeOf(answer: ApiAnswer): string {
  if (answer === 'cut') return 'cut';
  if (answer.status !== 200) return `http ${answer.status}`;
  return 'error' in answer.body ? String(answer.body.error) : 'ok';
}
