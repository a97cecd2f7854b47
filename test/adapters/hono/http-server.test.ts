import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpServer } from '../../../src/adapters/hono/http-server.js';
import { DocentError } from '../../../src/core/errors.js';
import type { LogFields, Logger } from '../../../src/core/ports/logger.js';
import { describeHttpServerContract } from '../../contracts/http-server.contract.js';
import { createFakeClock } from '../../support/fake-clock.js';

function createSubject(options: { readonly host?: string; readonly port?: number | undefined } = {}) {
  const clock = createFakeClock();
  const lines: string[] = [];
  const write = (event: string, fields?: LogFields, error?: unknown) => {
    lines.push(`${event} ${JSON.stringify(fields)} ${error instanceof Error ? error.message : ''}`);
  };
  const logger: Logger = { debug: write, info: write, warn: write, error: write, child: () => logger };
  return {
    server: createHttpServer({ host: '127.0.0.1', port: 0, ...options, clock, logger }),
    advance: (ms: number) => clock.advance(ms),
    log: () => lines.join('\n'),
  };
}

describeHttpServerContract('node:http with @hono/node-server', () => createSubject());

describe('the HTTP server', () => {
  const others: Server[] = [];
  afterEach(() => {
    for (const other of others.splice(0)) other.close();
  });

  /** Takes a port, or any free one, and returns it; undefined when somebody else has it. */
  async function take(port: number): Promise<number | undefined> {
    const other = createServer();
    others.push(other);
    return new Promise((resolve) => {
      other.once('error', () => resolve(undefined));
      other.listen({ port, host: '127.0.0.1' }, () => resolve((other.address() as AddressInfo).port));
    });
  }

  it('takes the next free port and says so when the default one is taken', async () => {
    await take(3_000);
    const { server, log } = createSubject({ port: undefined });
    await server.start();
    expect(Number(new URL(server.url).port)).toBeGreaterThan(3_000);
    expect(Number(new URL(server.url).port)).toBeLessThanOrEqual(3_020);
    expect(log()).toMatch(/3000 is taken/);
    await server.stop(0);
  });

  it('says which setting to change when a chosen port is taken', async () => {
    const port = (await take(0))!;
    const { server } = createSubject({ port });
    const error = await server.start().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DocentError);
    expect(error).toMatchObject({ code: 'SETTINGS_INVALID', userMessage: expect.stringContaining(`port ${port}`) });
    expect((error as DocentError).userMessage).toContain('DOCENT_WEB_PORT');
  });

  it('says which setting to change when the host is not of this machine', async () => {
    const { server } = createSubject({ host: '192.0.2.1' });
    await expect(server.start()).rejects.toMatchObject({
      code: 'SETTINGS_INVALID',
      userMessage: expect.stringContaining('DOCENT_WEB_HOST'),
    });
  });

  it.each([
    ['127.0.0.1', true],
    ['127.1.2.3', true],
    ['localhost', true],
    ['::1', true],
    ['0.0.0.0', false],
    ['::', false],
    ['192.168.1.2', false],
    ['127.0.0.1.example.org', false],
  ])('knows whether only this machine reaches %s', (host, loopback) => {
    expect(createSubject({ host }).server.isLoopback).toBe(loopback);
  });

  it('names an address that a browser opens when it listens everywhere', async () => {
    const { server } = createSubject({ host: '0.0.0.0' });
    await server.start();
    expect(server.url).toMatch(/^http:\/\/localhost:\d+$/);
    await server.stop(0);
  });
});
