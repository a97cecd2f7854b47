import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer as readBuffer } from 'node:stream/consumers';
import type { Events } from './events.js';
import { serveFile, takeUpload } from './file-server.js';
import { authorize } from './oauth.js';
import { answerResponseUrl } from './response-urls.js';
import type { World } from './state.js';
import type { WebApi } from './web-api.js';

/** Leads a request of HTTP to where it belongs. */
export function createRoutes(world: World, events: Events, api: WebApi) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', world.url);
    const body = await readBuffer(request).catch(() => undefined);
    if (body === undefined) return;
    const [, place = '', ...rest] = url.pathname.split('/');
    const last = rest.at(-1) ?? '';
    if (place === 'api') {
      const answer = await api({ method: rest.join('/'), url, headers: request.headers, body: body.toString() });
      if (answer === 'cut') response.destroy();
      else sendJson(response, answer.status, answer.body, answer.headers);
    } else if (url.pathname === '/oauth/v2/authorize') {
      const answer = authorize(world, url.searchParams);
      if ('location' in answer) response.writeHead(302, { location: answer.location }).end();
      else response.writeHead(200, { 'content-type': 'text/html' }).end(answer.page);
    } else if (place === 'files-pri') serveFile(world, url.pathname, request.headers, response);
    else if (place === 'upload') {
      const { status, text } = takeUpload(world, last, request.headers, body);
      response.writeHead(status, { 'content-type': 'text/plain' }).end(text);
    } else if (place === 'response') {
      const answer = answerResponseUrl(world, events, last, body.toString());
      if (answer.body === 'ok') response.writeHead(answer.status, { 'content-type': 'text/html' }).end('ok');
      else sendJson(response, answer.status, answer.body);
    } else response.writeHead(404, { 'content-type': 'text/html' }).end('not found');
  };
}

function sendJson(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
    .end(JSON.stringify(body));
}
