import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { type Socket, createConnection } from 'node:net';
import { z } from 'zod';
import type { OutgoingMessage } from '../../core/chat/outgoing-message.js';
import { DocentError } from '../../core/errors.js';
import type { ReplyStatus } from '../../core/ports/chat-adapter.js';
import { parseLine, readLines, writeLine } from './json-lines.js';
import {
  type CommandRequest,
  type ExportRequest,
  FILE_CHUNK_BYTES,
  type FileLine,
  type Hello,
  type ImportRequest,
  MAX_LINE_BYTES,
  type Request,
  helloSchema,
  serverLineSchema,
} from './protocol.js';

/** How long a Docent that listens may take to say hello, in milliseconds. */
const HELLO_TIMEOUT_MS = 10_000;

/** A file to send: what it is called for Docent, and where it is. */
export interface FileToSend {
  readonly name: string;
  readonly path: string;
}

/** What to do while a request runs. */
export interface Watching {
  readonly onStatus?: (status: ReplyStatus) => void;
  readonly onText?: (text: string) => void;
}

/** A command to run on a Docent. */
export interface TerminalRun extends Watching {
  readonly command: Omit<CommandRequest, 'type' | 'files'>;
  readonly files?: readonly FileToSend[];
}

/** An export to take, or an import to send. */
export interface TerminalTransfer extends Watching {
  readonly request: ExportRequest | ImportRequest;
  /** The file to import. */
  readonly path?: string;
  /** Takes the export's next bytes; the next ones come when it resolves. */
  readonly onBytes?: (bytes: Uint8Array) => Promise<void>;
}

/** A connection to a running Docent. It carries one request. */
export interface TerminalConnection {
  readonly hello: Hello;
  /**
   * Runs the command and resolves to its one outcome.
   * @throws DocentError `ENGINE_UNAVAILABLE` when Docent stops before it; the error of a file that cannot be read; the
   * signal's reason when aborted.
   */
  run(run: TerminalRun): Promise<OutgoingMessage>;
  /** Runs an export or an import. @throws as `run`; what `onBytes` throws, when that is a `DocentError`. */
  transfer(transfer: TerminalTransfer): Promise<OutgoingMessage>;
  close(): void;
}

const refusedSchema = z.object({ code: z.enum(['ENOENT', 'ECONNREFUSED']) });

/**
 * Connects to the Docent that listens at a socket, or says that there is none.
 * @throws DocentError `ENGINE_UNAVAILABLE` when one listens that cannot be used; the signal's reason when aborted.
 */
export async function connectTerminal(
  socketPath: string,
  signal: AbortSignal,
): Promise<TerminalConnection | undefined> {
  signal.throwIfAborted();
  const socket = createConnection(socketPath);
  const close = (): void => void socket.destroy();
  signal.addEventListener('abort', close, { once: true });
  socket.once('close', () => signal.removeEventListener('abort', close));
  try {
    await once(socket, 'connect');
    // From here on a broken connection shows as the end of its lines.
    socket.on('error', () => {});
    const lines = readLines(socket, MAX_LINE_BYTES);
    const timeout = setTimeout(close, HELLO_TIMEOUT_MS);
    const first = await lines.next().finally(() => clearTimeout(timeout));
    const hello = parseLine(helloSchema, first.value ?? '');
    const exchange = (request: Request, sending: Sending): Promise<OutgoingMessage> =>
      exchangeOn(socket, lines, request, { ...sending, signal });
    return {
      hello,
      close,
      run: ({ command, files = [], ...watching }) =>
        exchange(
          { ...command, type: 'command', files: files.map(({ name }) => ({ name })) },
          { ...watching, paths: files.map(({ path }) => path) },
        ),
      transfer: ({ request, path, ...watching }) =>
        exchange(request, { ...watching, paths: path === undefined ? [] : [path] }),
    };
  } catch (error) {
    close();
    signal.throwIfAborted();
    if (refusedSchema.safeParse(error).success) return undefined;
    throw new DocentError('ENGINE_UNAVAILABLE', {
      userMessage: `A Docent listens at ${socketPath} but cannot be used. Is it of another version, or another user's? Restart it, or run this as the same user.`,
      cause: error,
    });
  }
}

/** What goes after a request, and what to do with what comes back. */
type Sending = Watching & Pick<TerminalTransfer, 'onBytes'> & { readonly paths: readonly string[] };

async function exchangeOn(
  socket: Socket,
  lines: AsyncGenerator<string, void, undefined>,
  request: Request,
  { paths, signal, ...watching }: Sending & { readonly signal: AbortSignal },
): Promise<OutgoingMessage> {
  try {
    await writeLine(socket, request);
    const sent = sendFiles(socket, paths);
    // A file that cannot be read ends the request; Docent lets go of what it has of it.
    sent.catch(() => socket.destroy());
    const message = await outcomeOf(lines, watching);
    if (message !== undefined) return message;
    await sent;
    signal.throwIfAborted();
    throw new DocentError('ENGINE_UNAVAILABLE', {
      userMessage: 'Docent stopped before it answered. Start it again, then repeat the command.',
      retryable: true,
    });
  } finally {
    socket.destroy();
  }
}

async function sendFiles(socket: Socket, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    for await (const chunk of createReadStream(path, { highWaterMark: FILE_CHUNK_BYTES }) as AsyncIterable<Buffer>) {
      if (!socket.writable) return;
      await writeLine(socket, { type: 'bytes', base64: chunk.toString('base64') } satisfies FileLine);
    }
    await writeLine(socket, { type: 'fileEnd' } satisfies FileLine);
  }
}

/** Reads up to the final message; undefined when the connection ends without it. */
async function outcomeOf(
  lines: AsyncGenerator<string, void, undefined>,
  { onStatus, onText, onBytes }: Watching & Pick<TerminalTransfer, 'onBytes'>,
): Promise<OutgoingMessage | undefined> {
  try {
    for await (const text of lines) {
      const line = parseLine(serverLineSchema, text);
      if (line.type === 'message') return line.message;
      if (line.type === 'text') onText?.(line.text);
      else if (line.type === 'bytes') await onBytes?.(Buffer.from(line.base64, 'base64'));
      else onStatus?.({ text: line.text, ...(line.progress === undefined ? {} : { progress: line.progress }) });
    }
  } catch (error) {
    if (error instanceof DocentError) throw error;
  }
  return undefined;
}
