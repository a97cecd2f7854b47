import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DocentError } from '../../core/errors.js';

const DEFAULT_PORT = 3_000;

/** How many ports after the default one are tried when it is taken. */
const MORE_PORTS = 20;

/**
 * Listens on the host and port, or without a port on the first free one from 3000 to 3020, and returns the port.
 * @throws DocentError `SETTINGS_INVALID` when the port is taken or not allowed, or the host is none of this machine.
 */
export async function listen(server: Server, host: string, port: number | undefined): Promise<number> {
  const lastPort = port ?? DEFAULT_PORT + MORE_PORTS;
  for (let candidate = port ?? DEFAULT_PORT; ; candidate += 1) {
    try {
      return await listenOnce(server, host, candidate);
    } catch (error) {
      if (codeOf(error) !== 'EADDRINUSE' || candidate === lastPort) throw translate(error, host, port);
    }
  }
}

function listenOnce(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const onListening = () => {
      server.off('error', onError);
      resolve((server.address() as AddressInfo).port);
    };
    const onError = (error: Error) => {
      server.off('listening', onListening);
      reject(error);
    };
    server.once('listening', onListening);
    server.once('error', onError);
    server.listen({ host, port });
  });
}

function translate(cause: unknown, host: string, port: number | undefined): DocentError {
  const code = codeOf(cause);
  const invalid = (userMessage: string) => new DocentError('SETTINGS_INVALID', { userMessage, cause });
  if (code === 'EADDRINUSE' && port === undefined)
    return invalid(
      `The ports ${DEFAULT_PORT} to ${DEFAULT_PORT + MORE_PORTS} are all taken by other programs. Set DOCENT_WEB_PORT to a free port.`,
    );
  if (code === 'EADDRINUSE')
    return invalid(`Another program already uses port ${port}. Stop it, or set DOCENT_WEB_PORT to a free port.`);
  if (code === 'EACCES')
    return invalid(`This user may not open port ${port}. Set DOCENT_WEB_PORT to a port from 1024 up.`);
  return invalid(
    `The HTTP server cannot listen on ${host} (${code}). Set DOCENT_WEB_HOST to an address of this machine, such as 127.0.0.1.`,
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
