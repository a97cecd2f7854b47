import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { stat, writeFile } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { connectTerminal } from '../../../src/adapters/terminal/terminal-client.js';
import { MAX_LINE_BYTES } from '../../../src/adapters/terminal/protocol.js';
import { createTerminalAdapter } from '../../../src/adapters/terminal/terminal-adapter.js';
import type { ChatEvent } from '../../../src/core/chat/chat-event.js';
import { defineCommand } from '../../../src/core/chat/command.js';
import { type OutgoingMessage, notice } from '../../../src/core/chat/outgoing-message.js';
import { DocentError } from '../../../src/core/errors.js';
import { blobIdSchema, creatorIdSchema } from '../../../src/core/ids.js';
import type { BlobStore } from '../../../src/core/ports/blob-store.js';
import type { ChatHost } from '../../../src/core/ports/chat-adapter.js';
import { createFakeClock } from '../../support/fake-clock.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const MAX_UPLOAD_BYTES = 1_000_000;
const never = new AbortController().signal;

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
function memoryBlobs(): { readonly blobs: BlobStore; readonly kept: () => Buffer } {
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

/** A host that a test scripts; it notes the events it is given. */
function hostOf(script: Partial<ChatHost>, events: ChatEvent[] = []): ChatHost {
  return {
    commands,
    acceptedExtensions: ['.pdf'],
    maxUploadBytes: MAX_UPLOAD_BYTES,
    defaultCreatorId: creatorIdSchema.parse('coach'),
    creators: async () => [],
    async *changes() {},
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
async function start(script: Partial<ChatHost> = {}) {
  const socketPath = join(await temporaryFolder(), 'docent.sock');
  const { blobs, kept } = memoryBlobs();
  const adapter = createTerminalAdapter({ socketPath, blobs, clock: createFakeClock() });
  const events: ChatEvent[] = [];
  await adapter.start(hostOf(script, events));
  onTestFinished(() => adapter.stop());
  const connect = async (signal = never) => {
    const connection = await connectTerminal(socketPath, signal);
    if (connection === undefined) throw new Error('nobody listens');
    onTestFinished(() => connection.close());
    return connection;
  };
  return { adapter, socketPath, events, connect, kept };
}

describe('the terminal adapter', () => {
  it('tells who connects which commands there are', async () => {
    const { connect } = await start();
    const { hello } = await connect();
    expect(hello.commands.map(({ name }) => name)).toEqual(['ask', 'ingest']);
    expect(hello.commands[1]).toMatchObject({
      attachments: 'required',
      fields: [{ option: '--replace', isFlag: true }],
    });
    expect(hello).toMatchObject({ defaultCreatorId: 'coach', acceptedExtensions: ['.pdf'] });
  });

  it('runs a command that only reads while the terminal waits', async () => {
    const answer: OutgoingMessage = { ...notice('Two years [1].'), kind: 'answer' };
    const { connect, events } = await start({
      async execute(_event, reply) {
        await reply.status({ text: 'Searching', progress: { done: 1, total: 2 } });
        await reply.append('Two ');
        await reply.append('years [1].');
        return answer;
      },
    });
    const seen: unknown[] = [];
    const message = await (
      await connect()
    ).run({
      command: { words: ['ask', 'How', 'long?'], thread: 'course' },
      onStatus: (status) => seen.push(status),
      onText: (text) => seen.push(text),
    });
    expect(message).toEqual(answer);
    expect(seen).toEqual([{ text: 'Searching', progress: { done: 1, total: 2 } }, 'Two ', 'years [1].']);
    expect(events[0]).toMatchObject({
      address: { platform: 'terminal', threadId: 'course' },
      author: { role: 'operator' },
      body: { kind: 'command', name: 'ask', input: { question: 'How long?' } },
      creatorId: 'coach',
    });
  });

  it('stops a command that only reads when the terminal goes away', async () => {
    let stopped: (reason: string) => void = () => {};
    const reason = new Promise<string>((resolve) => {
      stopped = resolve;
    });
    const { connect } = await start({
      async execute(_event, _reply, signal) {
        await once(signal, 'abort');
        stopped('the terminal went away');
        return notice('');
      },
    });
    const leaving = new AbortController();
    const run = (await connect(leaving.signal)).run({ command: { words: ['ask', 'hm'] } });
    leaving.abort(new Error('Ctrl-C'));
    await expect(run).rejects.toThrow('Ctrl-C');
    expect(await reason).toBe('the terminal went away');
  });

  it('keeps the bytes of a file before the event that names it', async () => {
    const bytes = randomBytes(200_000);
    const path = join(await temporaryFolder(), 'plan.pdf');
    await writeFile(path, bytes);
    const started = await start({
      async accept(event) {
        setImmediate(() => void started.adapter.openReply(event, never).then((reply) => reply.finish(notice('added'))));
        return 'accepted';
      },
    });
    const connection = await started.connect();
    const message = await connection.run({ command: { words: ['ingest'] }, files: [{ name: 'plan.pdf', path }] });
    expect(message.text).toBe('added');
    expect(started.kept().equals(bytes)).toBe(true);
    expect(started.events[0]?.attachments).toMatchObject([{ name: 'plan.pdf', sizeBytes: 200_000 }]);
  });

  it('says so when Docent stays silent', async () => {
    const { connect } = await start({ accept: async () => 'ignored' });
    const message = await (await connect()).run({ command: { words: ['ingest'] } });
    expect(message.text).toMatch(/silent/);
  });

  it('ends a file over the limit in a message that names it', async () => {
    const path = join(await temporaryFolder(), 'huge.pdf');
    await writeFile(path, randomBytes(3 * MAX_UPLOAD_BYTES));
    const { connect, events } = await start();
    const message = await (
      await connect()
    ).run({ command: { words: ['ingest'] }, files: [{ name: 'huge.pdf', path }] });
    expect(message).toMatchObject({ kind: 'error', data: { code: 'DOCUMENT_TOO_LARGE' } });
    expect(events).toEqual([]);
  });

  it('leaves no event behind when a file cannot be read', async () => {
    const { connect, events } = await start();
    const run = (await connect()).run({
      command: { words: ['ingest'] },
      files: [{ name: 'gone.pdf', path: '/nowhere/gone.pdf' }],
    });
    await expect(run).rejects.toThrow('ENOENT');
    expect(events).toEqual([]);
  });

  it.each([
    { wrong: 'an unknown command', words: ['dance'], code: 'COMMAND_UNKNOWN' },
    { wrong: 'an unknown option', words: ['ingest', '--twice'], code: 'COMMAND_INPUT' },
  ])('answers $wrong with an error message', async ({ words, code }) => {
    const { connect } = await start();
    expect(await (await connect()).run({ command: { words } })).toMatchObject({ kind: 'error', data: { code } });
  });

  it.each([
    { what: 'that is no JSON', line: 'hello?\n' },
    { what: 'of another shape', line: '{"type":"dance"}\n' },
    { what: 'without an end', line: 'x'.repeat(MAX_LINE_BYTES + 1) },
  ])('refuses a line $what and closes the connection', async ({ line }) => {
    const { socketPath } = await start();
    const socket = createConnection(socketPath);
    let received = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      received += text;
    });
    // The other side may close while this one still writes.
    socket.on('error', () => {});
    socket.write(line);
    await once(socket, 'close');
    expect(received).toContain('COMMAND_INPUT');
  });

  it('tells the terminal when Docent stops in the middle', async () => {
    const { adapter, connect } = await start({
      execute: (_event, _reply, signal) => once(signal, 'abort').then(() => notice('')),
    });
    const run = (await connect()).run({ command: { words: ['ask', 'hm'] } });
    run.catch(() => {});
    await adapter.stop();
    await expect(run).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  });

  it('opens its socket to the user alone', async () => {
    const { socketPath } = await start();
    expect((await stat(socketPath)).mode & 0o777).toBe(0o600);
  });

  it('takes the place of a socket that a killed process left', async () => {
    const folder = await temporaryFolder();
    const socketPath = join(folder, 'docent.sock');
    await writeFile(socketPath, '');
    const adapter = createTerminalAdapter({ socketPath, blobs: memoryBlobs().blobs, clock: createFakeClock() });
    await adapter.start(hostOf({}));
    onTestFinished(() => adapter.stop());
    expect(await adapter.health(never)).toMatchObject({ state: 'healthy' });
    const connection = await connectTerminal(socketPath, never);
    expect(connection?.hello.commands.length).toBe(2);
    connection?.close();
  });

  it('keeps no reply for a terminal that is gone', async () => {
    const { adapter, events, connect } = await start();
    const leaving = new AbortController();
    const run = (await connect(leaving.signal)).run({ command: { words: ['ingest'] } });
    run.catch(() => {});
    await expect.poll(() => events.length).toBe(1);
    leaving.abort();
    const [event] = events;
    if (event === undefined) throw new Error('no event');
    await expect
      .poll(async () => (await (await adapter.openReply(event, never)).finish(notice(''))).messageIds)
      .toEqual([]);
  });
});

describe('the terminal client', () => {
  it('finds nobody where nothing listens', async () => {
    expect(await connectTerminal(join(await temporaryFolder(), 'docent.sock'), never)).toBeUndefined();
  });

  it('explains a Docent of another version', async () => {
    const path = join(await temporaryFolder(), 'docent.sock');
    const server = createServer((socket) => socket.end('{"type":"hello","protocol":2}\n')).listen(path);
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    await expect(connectTerminal(path, never)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  });
});
