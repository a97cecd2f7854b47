import type { Readable } from 'node:stream';
import { type ParseMessage, parseMessageSchema } from './parse-messages.js';

/** Takes the messages of a child, one after another. */
export interface MessageListener {
  take(message: ParseMessage): void;
  /** More than the allowed bytes came; nothing is taken any more. */
  overflow(): void;
  /** A line came that is no message of ours. */
  garble(cause: unknown): void;
}

/** Reads a child's messages as they come, one a line, checked, and no more than `maxBytes` of them. */
export function readMessages(output: Readable, maxBytes: number, { take, overflow, garble }: MessageListener): void {
  let received = 0;
  let unfinished = '';
  output.setEncoding('utf8').on('data', (text: string) => {
    received += Buffer.byteLength(text);
    if (received > maxBytes) {
      unfinished = '';
      return overflow();
    }
    const lines = text.split('\n');
    lines[0] = unfinished + (lines[0] ?? '');
    unfinished = lines.pop() ?? '';
    try {
      for (const line of lines) take(parseMessageSchema.parse(JSON.parse(line)));
    } catch (error) {
      garble(error);
    }
  });
}
