import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { connectTerminal } from '../../../src/adapters/terminal/terminal-client.js';
import { createTerminalAdapter } from '../../../src/adapters/terminal/terminal-adapter.js';
import type { ChatEvent } from '../../../src/core/chat/chat-event.js';
import { defineCommand } from '../../../src/core/chat/command.js';
import { notice } from '../../../src/core/chat/outgoing-message.js';
import { DocentError } from '../../../src/core/errors.js';
import { blobIdSchema, creatorIdSchema } from '../../../src/core/ids.js';
import type { BlobStore } from '../../../src/core/ports/blob-store.js';
import type { Coordinator } from '../../../src/core/ports/coordinator.js';
import type { ChatHost } from '../../../src/core/ports/chat-adapter.js';
import { createFakeClock } from '../../support/fake-clock.js';
import { silentLogger } from '../../support/silent-logger.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

/** The limit of the scripted hosts. */
export const MAX_UPLOAD_BYTES = 1_000_000;
/** A signal that never aborts. */
export const never = new AbortController().signal;

const commands = [
  defineCommand({
    name: 'ask',
    description: 'Asks the documents.',
    input: z.object({ question: z.string().meta({ description: 'What you want to know.' }) }),
    access: 'member',
    readOnly: true,
    run: async () => notice(''),
  }),
  defineCommand({
    name: 'ingest',
    description: 'Adds documents.',
    input: z.object({ replace: z.boolean().default(true).meta({ description: 'Replace an older version.' }) }),
    access: 'manager',
    readOnly: false,
    attachments: 'required',
    run: async () => notice(''),
  }),
  defineCommand({
    name: 'press',
    description: 'Is run by a button.',
    input: z.object({}),
    access: 'member',
    readOnly: true,
    hidden: true,
    run: async () => notice(''),
  }),
];

/** A blob store that keeps the newest blob in memory. */
export function memoryBlobs(): { readonly blobs: BlobStore; readonly kept: () => Buffer } {
  let kept = Buffer.alloc(0);
  const put: BlobStore['put'] = async (_creatorId, bytes, { maxBytes }) => {
    const chunks: Uint8Array[] = [];
    let sizeBytes = 0;
    for await (const chunk of bytes) {
      chunks.push(chunk);
      sizeBytes += chunk.length;
      if (sizeBytes > maxBytes) throw new DocentError('DOCUMENT_TOO_LARGE', { userMessage: 'The file is too large.' });
    }
    kept = Buffer.concat(chunks);
    return { blobId: blobIdSchema.parse('0'.repeat(32)), sizeBytes, contentHash: '0'.repeat(64) };
  };
  return { blobs: { put } as BlobStore, kept: () => kept };
}

/** A coordinator that knows of no job. */
export const noJobs: Pick<Coordinator, 'status'> = { status: async () => undefined };

/** A host that a test scripts; it notes the events it is given. */
export function hostOf(script: Partial<ChatHost>, events: ChatEvent[] = []): ChatHost {
  return {
    commands,
    acceptedExtensions: ['.pdf'],
    maxUploadBytes: MAX_UPLOAD_BYTES,
    defaultCreatorId: creatorIdSchema.parse('coach'),
    creators: async () => [],
    async *changes() {},
    suggest: async () => [],
    cancel: async () => 0,
    warn: async () => false,
    fail() {},
    transfer() {
      throw new Error('this host transfers nothing');
    },
    ...(script.transfer === undefined ? {} : { transfer: script.transfer }),
    async accept(event) {
      events.push(event);
      return script.accept?.(event) ?? 'accepted';
    },
    async execute(event, reply, signal) {
      events.push(event);
      return script.execute?.(event, reply, signal) ?? notice('done');
    },
  };
}

/** A terminal adapter that listens. */
export async function openTerminal(script: Partial<ChatHost> = {}, coordinator = noJobs) {
  const socketPath = join(await temporaryFolder(), 'docent.sock');
  const { blobs, kept } = memoryBlobs();
  const clock = createFakeClock();
  const adapter = createTerminalAdapter({ socketPath, blobs, coordinator, clock, logger: silentLogger });
  const events: ChatEvent[] = [];
  await adapter.start(hostOf(script, events));
  onTestFinished(() => adapter.stop());
  const connect = async (signal = never) => {
    const connection = await connectTerminal(socketPath, signal);
    if (connection === undefined) throw new Error('nobody listens');
    onTestFinished(() => connection.close());
    return connection;
  };
  return { adapter, socketPath, events, connect, kept, clock };
}
