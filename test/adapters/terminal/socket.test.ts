import { once } from 'node:events';
import { stat, writeFile } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { MAX_LINE_BYTES } from '../../../src/adapters/terminal/protocol.js';
import { connectTerminal } from '../../../src/adapters/terminal/terminal-client.js';
import { createTerminalAdapter } from '../../../src/adapters/terminal/terminal-adapter.js';
import { createFakeClock } from '../../support/fake-clock.js';
import { silentLogger } from '../../support/silent-logger.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { hostOf, memoryBlobs, never, noJobs, openTerminal } from './open-terminal.js';

describe('the socket of the terminal adapter', () => {
  it('opens its socket to the user alone', async () => {
    const { socketPath } = await openTerminal();
    expect((await stat(socketPath)).mode & 0o777).toBe(0o600);
  });

  it('takes the place of a socket that a killed process left', async () => {
    const folder = await temporaryFolder();
    const socketPath = join(folder, 'docent.sock');
    await writeFile(socketPath, '');
    const adapter = createTerminalAdapter({
      socketPath,
      blobs: memoryBlobs().blobs,
      coordinator: noJobs,
      clock: createFakeClock(),
      logger: silentLogger,
    });
    await adapter.start(hostOf({}));
    onTestFinished(() => adapter.stop());
    expect(await adapter.health(never)).toMatchObject({ state: 'healthy' });
    const connection = await connectTerminal(socketPath, never);
    expect(connection?.hello.commands.length).toBe(2);
    connection?.close();
  });

  it('lets Docent run, and says what to do, where no socket can be', async () => {
    const socketPath = join(await temporaryFolder(), 'no-folder', 'docent.sock');
    const adapter = createTerminalAdapter({
      socketPath,
      blobs: memoryBlobs().blobs,
      coordinator: noJobs,
      clock: createFakeClock(),
      logger: silentLogger,
    });
    await adapter.start(hostOf({}));
    expect(await adapter.health(never)).toMatchObject({
      state: 'degraded',
      fix: expect.stringContaining('data folder') as string,
    });
    await adapter.stop();
  });

  it.each([
    { what: 'that is no JSON', line: 'hello?\n' },
    { what: 'of another shape', line: '{"type":"dance"}\n' },
    { what: 'without an end', line: 'x'.repeat(MAX_LINE_BYTES + 1) },
  ])('refuses a line $what and closes the connection', async ({ line }) => {
    const { socketPath } = await openTerminal();
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
