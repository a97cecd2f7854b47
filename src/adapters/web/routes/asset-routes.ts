import { type Context, Hono } from 'hono';
import type { Asset } from '../assets.js';

/** The page itself: `/` and `/assets/…`. Files are asked for again each time, and sent again only when they changed. */
export function assetRoutes(asset: (name: string) => Promise<Asset | undefined>): Hono {
  const send = async (context: Context, name: string): Promise<Response> => {
    const found = await asset(name);
    if (found === undefined) return context.notFound();
    const headers = { 'Content-Type': found.contentType, ETag: found.etag, 'Cache-Control': 'no-cache' };
    if (context.req.header('if-none-match') === found.etag) return context.body(null, 304, headers);
    return context.body(found.bytes, 200, headers);
  };
  return new Hono()
    .get('/', (context) => send(context, 'index.html'))
    .get('/assets/:path{.+}', (context) => send(context, context.req.param('path')));
}
