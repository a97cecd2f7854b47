import type { HttpHandler } from '../../core/ports/http-server.js';

/** Handlers by path prefix. */
export interface Routes {
  /** @throws Error when the prefix is no absolute path or already has a handler: a programming error. */
  add(prefix: string, handler: HttpHandler): void;
  /** The handler of the longest prefix that the path is or lies below. */
  find(path: string): HttpHandler | undefined;
}

/** An empty table of handlers by path prefix; the longest prefix wins. */
export function createRoutes(): Routes {
  const handlers = new Map<string, HttpHandler>();
  return {
    add(prefix, handler) {
      if (!prefix.startsWith('/')) throw new Error(`the prefix "${prefix}" does not start with a slash`);
      const path = withoutSlash(prefix);
      if (handlers.has(path)) throw new Error(`the prefix "${prefix}" has a handler already`);
      handlers.set(path, handler);
    },
    find(path) {
      for (let rest = withoutSlash(path); ; rest = rest.slice(0, rest.lastIndexOf('/'))) {
        const handler = handlers.get(rest);
        if (handler !== undefined || rest === '') return handler;
      }
    },
  };
}

function withoutSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}
