import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** A file of the page with what the browser must know of it. */
export interface Asset {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
  /** Changes with the bytes. */
  readonly etag: string;
}

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
};
/** A plain relative path: no dot segments, no hidden files, no backslashes. */
const ASSET_PATH = /^(?:[a-z0-9][a-z0-9-]*\/)*[a-z0-9][a-z0-9-]*(?:\.[a-z0-9]+)+$/;

/** Reads files of the page from one folder, by relative path; each is read once and kept. Undefined for anything else. */
export function createAssets(folder: string): (name: string) => Promise<Asset | undefined> {
  const kept = new Map<string, Asset>();
  return async (name) => {
    const contentType = contentTypes[path.extname(name)];
    if (contentType === undefined || !ASSET_PATH.test(name)) return undefined;
    const known = kept.get(name);
    if (known !== undefined) return known;
    const bytes = await readFile(path.join(folder, name)).catch(() => undefined);
    if (bytes === undefined) return undefined;
    const etag = `"${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}"`;
    const asset = { bytes: new Uint8Array(bytes), contentType, etag };
    kept.set(name, asset);
    return asset;
  };
}
