import type { ServerResponse } from 'node:http';
import { type Cdn, type CdnFault, FILE_IS_GONE, type FileStore } from './cdn.js';

/** The CDN behind what a test sees of it. */
export interface CdnServer extends Cdn {
  serve(url: URL, response: ServerResponse): Promise<void>;
}

/** Serves the files of a store by their signed addresses. */
export function createCdn(store: FileStore): CdnServer {
  const faults: { readonly fault: CdnFault; readonly path: RegExp }[] = [];
  const downloads: string[] = [];
  return {
    downloads,
    failNext: (fault, path = /^/) => void faults.push({ fault, path }),
    delete: (id) => store.delete(id),
    async serve(url, response) {
      const path = decodeURIComponent(url.pathname);
      downloads.push(path);
      const file = store.find(path, url.searchParams);
      if (file === undefined) {
        response.writeHead(404, { 'content-type': 'text/plain;charset=UTF-8' }).end(FILE_IS_GONE);
        return;
      }
      const { bytes, contentType = 'application/octet-stream' } = file.upload;
      const taken = faults.find((waiting) => waiting.path.test(path));
      if (taken !== undefined) faults.splice(faults.indexOf(taken), 1);
      await give(response, bytes, contentType, taken?.fault);
    },
  };
}

async function give(
  response: ServerResponse,
  bytes: Uint8Array,
  contentType: string,
  fault: CdnFault | undefined,
): Promise<void> {
  const headers = { 'content-type': contentType, 'content-length': bytes.byteLength };
  switch (fault?.kind) {
    case 'redirect':
      response.writeHead(302, { location: fault.location }).end();
      return;
    case 'status':
      response.writeHead(fault.status).end();
      return;
    case 'larger':
      response.writeHead(200, { 'content-type': contentType });
      response.write(bytes);
      response.end(Buffer.alloc(fault.extraBytes));
      return;
    case 'cut':
      response.writeHead(200, headers);
      await write(response, bytes.subarray(0, fault.afterBytes));
      response.destroy();
      return;
    case 'hold':
      response.writeHead(200, headers);
      await write(response, bytes.subarray(0, fault.afterBytes));
      await fault.until;
      response.end(bytes.subarray(fault.afterBytes));
      return;
    case undefined:
      response.writeHead(200, headers).end(bytes);
  }
}

/** Resolves when the bytes are on their way, so that a cut behind them takes nothing back. */
async function write(response: ServerResponse, bytes: Uint8Array): Promise<void> {
  response.flushHeaders();
  await new Promise((resolve) => {
    response.write(bytes, resolve);
  });
}
