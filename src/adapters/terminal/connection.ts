import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Attachment, ChatEvent } from '../../core/chat/chat-event.js';
import { parseArguments } from '../../core/chat/command-line.js';
import { correlationIdOf, errorMessage } from '../../core/chat/error-message.js';
import { isTakenOver } from '../../core/chat/taken-over.js';
import { toDocentError } from '../../core/errors.js';
import { wait } from '../../core/exclusive.js';
import { type CreatorId, type EventId, eventIdSchema } from '../../core/ids.js';
import { viewJob } from '../../core/ingest/job-view.js';
import type { BlobStore } from '../../core/ports/blob-store.js';
import type { ChatHost, Reply } from '../../core/ports/chat-adapter.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Coordinator } from '../../core/ports/coordinator.js';
import { describeCommands } from './describe-commands.js';
import { parseLine, readLines, writeLine } from './json-lines.js';
import {
  type CommandRequest,
  type Hello,
  MAX_LINE_BYTES,
  type ServerLine,
  fileLineSchema,
  requestSchema,
} from './protocol.js';
import { serveExport, serveImport } from './serve-transfer.js';

/** The terminal's name in every address. */
export const PLATFORM = 'terminal';

/** How long either side may keep the other waiting for a line or for reading one, in milliseconds. */
const IDLE_MS = 30_000;
/** How often a job is looked at that another process may do, in milliseconds. */
const LOOK_EVERY_MS = 1_000;

const AWAY = { text: 'Waiting: how far it is cannot be seen right now' };

/** What a connection works with. */
export interface ConnectionParts {
  readonly host: ChatHost;
  readonly blobs: BlobStore;
  readonly coordinator: Pick<Coordinator, 'status'>;
  readonly clock: Clock;
  /** The replies that jobs of this process finish, for as long as somebody waits for them. */
  readonly replies: Map<EventId, Reply>;
}

/** Serves one connection from `hello` to its one outcome; never throws. */
export async function serveConnection(socket: Socket, parts: ConnectionParts): Promise<void> {
  const gone = new AbortController();
  socket.once('close', () => gone.abort());
  // A broken connection ends in `close` too.
  socket.on('error', () => {});
  const eventId = eventIdSchema.parse(`${PLATFORM}/${randomUUID()}`);
  const send = (line: ServerLine | Hello): Promise<void> => cutWhenIdle(parts.clock, socket, writeLine(socket, line));
  try {
    await send(helloOf(parts.host));
    await serveRequest({ ...parts, socket, eventId, send, signal: gone.signal });
  } catch (error) {
    await send({ type: 'message', message: errorMessage(toDocentError(error), correlationIdOf(eventId)) });
  } finally {
    socket.end();
    // What the client still sends is let go, so that it comes to read the outcome.
    socket.resume();
    const cancel = parts.clock.after(IDLE_MS, () => socket.destroy());
    socket.once('close', cancel);
  }
}

/** A connection, while its one request is served. */
export interface Serving extends ConnectionParts {
  readonly socket: Socket;
  readonly eventId: EventId;
  readonly send: (line: ServerLine) => Promise<void>;
  readonly signal: AbortSignal;
}

function helloOf(host: ChatHost): Hello {
  return {
    type: 'hello',
    protocol: 1,
    defaultCreatorId: host.defaultCreatorId,
    maxUploadBytes: host.maxUploadBytes,
    acceptedExtensions: [...host.acceptedExtensions],
    commands: describeCommands(host.commands),
  };
}

async function serveRequest(serving: Serving): Promise<void> {
  const { socket, host } = serving;
  const lines = readLines(socket, MAX_LINE_BYTES);
  const next = async (): Promise<string | undefined> => {
    const line = await cutWhenIdle(serving.clock, socket, lines.next());
    return line.done === true ? undefined : line.value;
  };
  const first = await next();
  if (first === undefined) return;
  const request = parseLine(requestSchema, first);
  if (request.type === 'import') return serveImport(serving, request, fileBytes(next));
  const run = request.type === 'command' ? await toRun(serving, request, next) : undefined;
  // From here on a client that goes away is noticed at once.
  await lines.return();
  socket.resume();
  await (run === undefined ? serveExport(serving, request.creatorId ?? host.defaultCreatorId) : run());
}

/** Takes the command's files, and gives what is left to do. */
async function toRun(
  serving: Serving,
  request: CommandRequest,
  next: () => Promise<string | undefined>,
): Promise<() => Promise<void>> {
  const { host } = serving;
  const { command, input } = parseArguments(request.words, host.commands);
  const creatorId = request.creatorId ?? host.defaultCreatorId;
  const attachments: Attachment[] = [];
  for (const { name } of request.files) {
    const blob = await serving.blobs.put(creatorId, fileBytes(next), {
      maxBytes: host.maxUploadBytes,
      signal: serving.signal,
    });
    attachments.push({ name, sizeBytes: blob.sizeBytes, blob, reference: null });
  }
  const body = { kind: 'command', name: command.name, input } as const;
  const event = eventOf(serving, { body, creatorId, attachments, thread: request.thread });
  return () => (command.readOnly ? runWhileWaiting(serving, event) : runToTheEnd(serving, event));
}

async function* fileBytes(next: () => Promise<string | undefined>): AsyncGenerator<Uint8Array, void, undefined> {
  for (;;) {
    const line = parseLine(fileLineSchema, (await next()) ?? '');
    if (line.type === 'fileEnd') return;
    yield Buffer.from(line.base64, 'base64');
  }
}

/** Whoever may open the socket owns the data folder, and so runs this Docent. */
function eventOf(
  { eventId, clock }: Serving,
  about: Pick<ChatEvent, 'body' | 'attachments'> & {
    readonly creatorId: CreatorId;
    readonly thread: string | undefined;
  },
): ChatEvent {
  return {
    id: eventId,
    address: {
      platform: PLATFORM,
      workspaceId: 'local',
      channelId: 'terminal',
      threadId: about.thread ?? eventId,
      isDirect: true,
    },
    author: { memberId: 'operator', displayName: 'Operator', isBot: false, role: 'operator' },
    receivedAt: clock.now(),
    attachments: about.attachments,
    body: about.body,
    creatorId: about.creatorId,
    replyContext: null,
  };
}

function replyTo({ socket, send, eventId }: Serving): Reply {
  return {
    async status(status) {
      // Only the newest matters: a slow reader gets the next one.
      if (!socket.writableNeedDrain) await send({ type: 'status', ...status });
    },
    append: (text) => send({ type: 'text', text }),
    async finish(message) {
      if (!socket.writable) return { messageIds: [] };
      await send({ type: 'message', message });
      socket.end();
      return { messageIds: [eventId] };
    },
  };
}

/** What changes nothing ends with the connection. */
async function runWhileWaiting(serving: Serving, event: ChatEvent): Promise<void> {
  const message = await serving.host.execute(event, replyTo(serving), serving.signal);
  await serving.send({ type: 'message', message });
}

/** What changes something is done even when nobody waits any more. */
async function runToTheEnd(serving: Serving, event: ChatEvent): Promise<void> {
  const { host, replies, send } = serving;
  const reply = replyTo(serving);
  replies.set(event.id, reply);
  try {
    const message = await host.execute(event, reply, new AbortController().signal);
    await (isTakenOver(message) ? waitForJob(serving, reply) : send({ type: 'message', message }));
  } finally {
    replies.delete(event.id);
  }
}

/** A job of this process finishes the reply; one of another process is looked at until it is over. */
async function waitForJob({ clock, coordinator, eventId, signal }: Serving, reply: Reply): Promise<void> {
  for (;;) {
    await wait(clock, LOOK_EVERY_MS, signal).catch(() => undefined);
    if (signal.aborted) return;
    const view = await viewJob(coordinator, eventId).catch(() => ({ status: AWAY }));
    if ('outcome' in view) {
      await reply.finish(view.outcome);
      return;
    }
    await reply.status(view.status);
  }
}

/** Cuts the connection when the other side keeps this one waiting too long. */
async function cutWhenIdle<Result>(clock: Clock, socket: Socket, work: Promise<Result>): Promise<Result> {
  const cancel = clock.after(IDLE_MS, () => socket.destroy());
  try {
    return await work;
  } finally {
    cancel();
  }
}
