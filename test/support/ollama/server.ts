import { once } from 'node:events';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { type Behaviour, type Fault, type ReceivedRequest, ordinaryBehaviour } from './behaviour.js';
import { type StandInModel, catalogue, findModel } from './catalogue.js';
import { chatLines } from './chat.js';
import { embedReply } from './embed.js';
import { listReply, runningReply, showReply } from './models.js';
import { type Disk, pullLines } from './pull.js';
import { Refusal, readBody, requestSchemas } from './requests.js';
import { type Scheduler, createScheduler } from './scheduler.js';
import { type VectorMaker, wordVectors } from './vectors.js';

/** What the stand-in starts with. */
export interface StandInOptions {
  /** Names of installed models. Default: none. */
  readonly installed?: readonly string[];
  /** Default: one that is free. */
  readonly port?: number;
  /** Default: vectors that know words alone. */
  readonly vectors?: VectorMaker;
}

/** A server that speaks Ollama's API and can be told to misbehave. */
export interface OllamaStandIn {
  readonly url: string;
  readonly behaviour: Behaviour;
  readonly requests: readonly ReceivedRequest[];
  readonly scheduler: Scheduler;
  readonly disk: Disk;
  /** Breaks what runs and listens no more. */
  close(): Promise<void>;
}

/** What the stand-in says it is. */
export const VERSION = '0.33.1';

/** Starts a stand-in on this machine. */
export async function startOllamaStandIn(options: StandInOptions = {}): Promise<OllamaStandIn> {
  const behaviour = ordinaryBehaviour();
  const scheduler = createScheduler(behaviour);
  const vectors = options.vectors ?? wordVectors();
  const requests: ReceivedRequest[] = [];
  const disk: Disk = { installed: new Map(), files: new Map() };
  for (const name of options.installed ?? []) {
    const model = findModel(catalogue, name);
    if (model === undefined) throw new Error(`the catalogue has no model "${name}"`);
    disk.installed.set(model.name, model);
  }
  const parts = { behaviour, scheduler, vectors, disk };
  const server = createServer((request, response) => void serve(parts, requests, request, response));
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    behaviour,
    requests,
    scheduler,
    disk,
    async close() {
      await closeServer(server);
      await vectors.stop();
    },
  };
}

async function closeServer(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}

interface Parts {
  readonly behaviour: Behaviour;
  readonly scheduler: Scheduler;
  readonly vectors: VectorMaker;
  readonly disk: Disk;
}

async function serve(
  parts: Parts,
  requests: ReceivedRequest[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  const body = await readText(request).catch(() => '');
  const received: ReceivedRequest = {
    path: request.url ?? '/',
    headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
    body: body === '' ? undefined : tolerantJson(body),
    state: 'running',
  };
  requests.push(received);
  response.once('close', () => {
    received.state = response.writableFinished ? 'answered' : 'closed';
    gone.abort();
  });
  try {
    const refusal = await parts.behaviour.intercept?.(received, gone.signal);
    if (refusal !== undefined) throw refusal;
    checkAuthorization(parts.behaviour, received);
    await answer(parts, `${request.method ?? ''} ${received.path}`, body, response, gone.signal);
  } catch (error) {
    if (!gone.signal.aborted) refuse(response, error);
  }
}

async function answer(
  parts: Parts,
  route: string,
  body: string,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const { disk, scheduler } = parts;
  switch (route) {
    case 'GET /':
    case 'HEAD /':
      response.end('Ollama is running');
      return;
    case 'GET /api/version':
      return sendJson(response, 200, { version: VERSION });
    case 'GET /api/tags':
      return sendJson(response, 200, listReply(disk.installed.values()));
    case 'GET /api/ps':
      return sendJson(response, 200, runningReply(scheduler.loaded.values()));
    case 'POST /api/show':
      return sendJson(response, 200, showReply(installedModel(disk, readBody(requestSchemas.show, body).model)));
    case 'POST /api/embed': {
      const asked = readBody(requestSchemas.embed, body);
      const model = findModel([...disk.installed.values()], asked.model);
      if (model === undefined) throw new Refusal(404, `model "${asked.model}" not found, try pulling it first`);
      return sendJson(response, 200, await embedReply(parts, model, asked, signal));
    }
    case 'POST /api/chat': {
      const asked = readBody(requestSchemas.chat, body);
      const lines = chatLines(parts, installedModel(disk, asked.model), asked, signal);
      return asked.stream ? stream(response, lines, parts.behaviour) : sendJson(response, 200, await joined(lines));
    }
    case 'POST /api/pull': {
      const asked = readBody(requestSchemas.pull, body);
      if (asked.model === '') throw new Refusal(400, 'invalid model name');
      const lines = pullLines(parts, findModel(catalogue, asked.model), signal);
      return asked.stream ? stream(response, lines, parts.behaviour) : sendJson(response, 200, await lastOf(lines));
    }
    default:
      response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found');
  }
}

function installedModel(disk: Disk, name: string): StandInModel {
  if (name === '') throw new Refusal(400, 'model is required');
  const model = findModel([...disk.installed.values()], name);
  if (model === undefined) throw new Refusal(404, `model '${name}' not found`);
  return model;
}

/** The headers go with the first line; an error before it is a status, one behind it a line. */
async function stream(response: ServerResponse, lines: AsyncIterable<object>, behaviour: Behaviour): Promise<void> {
  let written = 0;
  for await (const line of lines) {
    const [next] = behaviour.faults;
    if (next !== undefined && written >= next.afterLines) {
      behaviour.faults.shift();
      return breakOff(response, next.fault, line);
    }
    if (written === 0) {
      if ('error' in line) throw new Refusal(500, String(line.error));
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    }
    await write(response, `${JSON.stringify(line)}\n`);
    written += 1;
    if ('error' in line) break;
  }
  response.end();
}

/** Resolves when the text is on its way, so that a reset behind it takes nothing back. */
async function write(response: ServerResponse, text: string): Promise<void> {
  await new Promise((resolve) => {
    response.write(text, resolve);
  });
}

function breakOff(response: ServerResponse, fault: Fault, line: object): void {
  if (fault === 'reset') response.destroy();
  else if (fault === 'half-line') response.end(JSON.stringify(line).slice(0, -9));
  else response.end(`${'line' in fault ? fault.line : JSON.stringify({ error: fault.error })}\n`);
}

/** A chat answer that is not streamed: the last line, with all that was said. */
async function joined(lines: AsyncIterable<object>): Promise<object> {
  let content = '';
  let last: object = {};
  for await (const line of lines) {
    last = line;
    content += (line as { message: { content: string } }).message.content;
  }
  return { ...last, message: { role: 'assistant', content } };
}

async function lastOf(lines: AsyncIterable<object>): Promise<object> {
  let last: object = {};
  for await (const line of lines) last = line;
  if ('error' in last) throw new Refusal(500, String(last.error));
  return last;
}

function checkAuthorization({ authorization }: Behaviour, { headers }: ReceivedRequest): void {
  if (authorization !== undefined && headers['authorization'] !== authorization) throw new Refusal(401, 'unauthorized');
}

function refuse(response: ServerResponse, error: unknown): void {
  const status = error instanceof Refusal ? error.status : 500;
  const message = error instanceof Error ? error.message : String(error);
  if (response.headersSent) response.end(`${JSON.stringify({ error: message })}\n`);
  else sendJson(response, status, { error: message });
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}

function tolerantJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
