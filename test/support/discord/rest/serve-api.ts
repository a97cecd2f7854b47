import type { IncomingMessage, ServerResponse } from 'node:http';
import { type FaultQueue, faultAnswer } from '../faults.js';
import { Refusal } from '../refusal.js';
import type { ReceivedRequest } from '../server.js';
import type { World } from '../state.js';
import { readRequest } from './requests.js';
import { type Answer, type Route, findRoute } from './route.js';

/** What the API is served with. */
export interface Api {
  readonly world: World;
  readonly routes: readonly Route[];
  readonly faults: FaultQueue;
  readonly requests: ReceivedRequest[];
  readonly isToken: (token: string) => boolean;
}

const PREFIX = /^\/api\/v(?<version>\d+)(?<path>\/.*)$/;
const VERSION = '10';

/** Answers a request of the API: faults first, then what Discord does. */
export async function serveApi(api: Api, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://localhost');
  const { version, path: rawPath = pathname } = PREFIX.exec(pathname)?.groups ?? {};
  const path = decodeURIComponent(rawPath);
  const method = request.method ?? 'GET';
  const received = await receive(api, request, { method, path, query });
  const { record } = received;
  const finish = (status: number, headers: Readonly<Record<string, string>>, body: unknown): void => {
    record.status = status;
    send(response, status, headers, body);
  };

  const fault = api.faults.take(method, path);
  await fault?.until;
  if (fault?.cut === 'before') return cut(record, response);
  if (fault?.status !== undefined) {
    const { status, headers, body } = faultAnswer({ ...fault, status: fault.status });
    return finish(status, headers, body);
  }
  try {
    if ('refusal' in received) throw received.refusal;
    if (version !== VERSION) throw new Refusal('INVALID_API_VERSION');
    const { status, body } = answer(api, request, { ...received, rawPath });
    if (fault?.cut === 'after') return cut(record, response);
    finish(status, {}, body);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { status, code, message, errors } = error;
    api.world.violations.push({
      where: `${method} ${path}`,
      status,
      code,
      message,
      ...(errors !== undefined && { errors }),
    });
    finish(status, {}, { message, code, ...(errors !== undefined && { errors }) });
  }
}

type Received = { readonly record: ReceivedRequest } & (
  | { readonly body: Awaited<ReturnType<typeof readRequest>> }
  | { readonly refusal: Refusal }
);

async function receive(
  { requests, world }: Api,
  request: IncomingMessage,
  asked: Pick<ReceivedRequest, 'method' | 'path' | 'query'>,
): Promise<Received> {
  const note = (body: unknown, files: readonly string[]): ReceivedRequest => {
    const record = { ...asked, body, files, atMs: world.clock.now(), status: undefined };
    requests.push(record);
    return record;
  };
  try {
    const body = await readRequest(request);
    return {
      record: note(
        body.json,
        body.files.map(({ upload }) => upload.name),
      ),
      body,
    };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { record: note(undefined, []), refusal: error };
  }
}

function answer(
  { world, routes, isToken }: Api,
  request: IncomingMessage,
  { record, body, rawPath }: Extract<Received, { body: unknown }> & { readonly rawPath: string },
): Answer {
  const found = findRoute(routes, record.method, rawPath);
  const [kind, token = ''] = (request.headers.authorization ?? '').split(' ');
  if (found?.route.isOpen !== true && !(kind === 'Bot' && isToken(token))) throw new Refusal('UNAUTHORIZED');
  if (found === undefined) throw new Refusal('UNKNOWN_ROUTE');
  return found.route.handle({
    world,
    query: record.query,
    body: body.json,
    files: body.files,
    parameter: (name) => found.parameters.get(name) ?? '',
  });
}

function cut(record: ReceivedRequest, response: ServerResponse): void {
  record.status = 0;
  response.destroy();
}

function send(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: unknown,
): void {
  if (body === undefined) {
    response.writeHead(status, headers).end();
    return;
  }
  const [type, text] = typeof body === 'string' ? ['text/plain', body] : ['application/json', JSON.stringify(body)];
  response.writeHead(status, { 'content-type': type, ...headers }).end(text);
}
