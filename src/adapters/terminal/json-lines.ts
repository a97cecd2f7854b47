import type { Socket } from 'node:net';
import type { z } from 'zod';
import { DocentError } from '../../core/errors.js';

const NEWLINE = 0x0a;

/**
 * The lines that come over a socket, without their line ends; reading waits while nobody asks for the next one.
 * The socket stays open when the reader stops early.
 * @throws DocentError `COMMAND_INPUT` for a line longer than `maxBytes`.
 */
export async function* readLines(socket: Socket, maxBytes: number): AsyncGenerator<string, void, undefined> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = rest.indexOf(NEWLINE); end !== -1; end = rest.indexOf(NEWLINE, start)) {
      yield rest.toString('utf8', start, end);
      start = end + 1;
    }
    rest = rest.subarray(start);
    if (rest.length > maxBytes)
      throw new DocentError('COMMAND_INPUT', {
        userMessage: `A line on the socket is longer than ${maxBytes} bytes. Use the docent command of the same version.`,
      });
  }
}

/** Reads a line as JSON of a shape. @throws DocentError `COMMAND_INPUT` when it is none. */
export function parseLine<Shape extends z.ZodType>(schema: Shape, line: string): z.infer<Shape> {
  try {
    return schema.parse(JSON.parse(line));
  } catch (error) {
    throw new DocentError('COMMAND_INPUT', {
      userMessage: 'A line on the socket is not understood. Use the docent command of the same version.',
      cause: error,
    });
  }
}

/** Writes a value as one line. Resolves when it is handed to the system; at once when the other side is gone. */
export function writeLine(socket: Socket, value: unknown): Promise<void> {
  return new Promise((resolve) => {
    if (socket.writable) socket.write(`${JSON.stringify(value)}\n`, () => resolve());
    else resolve();
  });
}
