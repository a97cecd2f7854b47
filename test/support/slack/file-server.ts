import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { bearerToken } from './authentication.js';
import { violate } from './method.js';
import type { World } from './state.js';
import { covers } from './tenants.js';
import type { StoredFile } from './world.js';

/** What Slack's file host answers whoever may not have the file: 200, and a page. */
const LOGIN_PAGE = '<!DOCTYPE html><html><head><title>Sign in to Slack</title></head><body>Sign in</body></html>';

/** Sends a file's bytes to whom may have them. */
export function serveFile(world: World, path: string, headers: IncomingHttpHeaders, response: ServerResponse): void {
  const fileId = /^\/files-pri\/[A-Z0-9]+-([A-Z0-9]+)\//.exec(path)?.[1] ?? '';
  const file = world.files.get(fileId);
  if (file === undefined) return void response.writeHead(404, { 'content-type': 'text/html' }).end('not found');
  if (!mayRead(world, file, bearerToken(headers))) {
    violate(world, 'file', 'login_page', [path]);
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(LOGIN_PAGE);
    return;
  }
  const { redirectTo, status, cutAfterBytes } = file.fault;
  if (redirectTo !== undefined) return void response.writeHead(302, { location: redirectTo }).end();
  if (status !== undefined) return void response.writeHead(status).end();
  response.writeHead(200, {
    'content-type': file.mimeType,
    'content-length': file.bytes.length,
    'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
  });
  if (cutAfterBytes === undefined) response.end(file.bytes);
  else response.write(file.bytes.subarray(0, cutAfterBytes), () => response.destroy());
}

function mayRead(world: World, file: StoredFile, token: string | undefined): boolean {
  const installation = world.installations.find(({ botToken, state }) => botToken === token && state === 'active');
  return (
    installation !== undefined && installation.scopes.has('files:read') && covers(world, installation, file.teamId)
  );
}

/** Takes the bytes of an announced upload. @returns the status and what is said */
export function takeUpload(
  world: World,
  ticket: string,
  headers: IncomingHttpHeaders,
  body: Buffer,
): { readonly status: number; readonly text: string } {
  const upload = world.uploads.get(ticket);
  if (upload === undefined) return { status: 404, text: 'no such upload' };
  const bytes = uploadedBytes(headers['content-type'] ?? '', body);
  if (bytes.length !== upload.lengthBytes) {
    violate(world, 'file', 'upload_length_mismatch', [`${bytes.length} of ${upload.lengthBytes} bytes`]);
    return { status: 400, text: 'length mismatch' };
  }
  upload.bytes = bytes;
  return { status: 200, text: `OK - ${bytes.length}` };
}

/** The bytes as they are, or those of a form's only part. */
function uploadedBytes(type: string, body: Buffer): Buffer {
  const boundary = /^multipart\/form-data;.*boundary="?([^";]+)"?/.exec(type)?.[1];
  if (boundary === undefined) return body;
  const start = body.indexOf('\r\n\r\n') + 4;
  return body.subarray(start, body.indexOf(`\r\n--${boundary}`, start));
}
