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
  FILE_CHUNK_BYTES,
  type FileLine,
  type Hello,
  MAX_LINE_BYTES,
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

/** A command to run on a Docent, and what to do while it runs. */
export interface TerminalRun {
  readonly command: Omit<CommandRequest, 'type' | 'files'>;
  readonly files?: readonly FileToSend[];
  readonly onStatus?: (status: ReplyStatus) => void;
  readonly onText?: (text: string) => void;
}

/** A connection to a running Docent. It carries one command. */
export interface TerminalConnection {
  readonly hello: Hello;
  /**
   * Runs the command and resolves to its one outcome.
   * @throws DocentError `ENGINE_UNAVAILABLE` when Docent stops before it; the error of a file that cannot be read; the
   * signal's reason when aborted.
   */
  run(run: TerminalRun): Promise<OutgoingMessage>;
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
    return { hello, close, run: (run) => runOn(socket, lines, run, signal) };
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

async function runOn(
  socket: Socket,
  lines: AsyncGenerator<string, void, undefined>,
  run: TerminalRun,
  signal: AbortSignal,
): Promise<OutgoingMessage> {
  const { command, files = [], onStatus, onText } = run;
  try {
    await writeLine(socket, {
      ...command,
      type: 'command',
      files: files.map(({ name }) => ({ name })),
    } satisfies CommandRequest);
    const sent = sendFiles(socket, files);
    // A file that cannot be read ends the command; Docent lets go of what it has of it.
    sent.catch(() => socket.destroy());
    const message = await outcomeOf(lines, { onStatus, onText });
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

async function sendFiles(socket: Socket, files: readonly FileToSend[]): Promise<void> {
  for (const { path } of files) {
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
  { onStatus, onText }: { readonly onStatus: TerminalRun['onStatus']; readonly onText: TerminalRun['onText'] },
): Promise<OutgoingMessage | undefined> {
  try {
    for await (const text of lines) {
      const line = parseLine(serverLineSchema, text);
      if (line.type === 'message') return line.message;
      if (line.type === 'text') onText?.(line.text);
      else onStatus?.({ text: line.text, ...(line.progress === undefined ? {} : { progress: line.progress }) });
    }
  } catch (error) {
    if (error instanceof DocentError) throw error;
  }
  return undefined;
}
