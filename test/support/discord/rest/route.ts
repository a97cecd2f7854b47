import type { RequestFile } from '../message-bodies.js';
import type { World } from '../state.js';

/** A request once its route is known. */
export interface Call {
  readonly world: World;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly files: readonly RequestFile[];
  /** A part of the path by its name in the route. */
  parameter(name: string): string;
}

/** What a route answers: 204 without a body. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

/** One route of the API. */
export interface Route {
  readonly method: string;
  /** Such as `/channels/:channel`. */
  readonly path: string;
  /** Whether it works without the bot's token: then something in the path is the secret. */
  readonly isOpen?: boolean;
  handle(call: Call): Answer;
}

/** A route that was found. */
export interface FoundRoute {
  readonly route: Route;
  readonly parameters: ReadonlyMap<string, string>;
}

/** The route of a request; the path is decoded part by part. */
export function findRoute(routes: readonly Route[], method: string, path: string): FoundRoute | undefined {
  const parts = path.split('/').map(decodeURIComponent);
  for (const route of routes) {
    const names = route.path.split('/');
    if (route.method !== method || names.length !== parts.length) continue;
    if (!names.every((name, index) => name.startsWith(':') || name === parts[index])) continue;
    const parameters = names.flatMap((name, index) =>
      name.startsWith(':') ? [[name.slice(1), parts[index] ?? ''] as const] : [],
    );
    return { route, parameters: new Map(parameters) };
  }
  return undefined;
}

/** 200 with a body. */
export function ok(body: unknown): Answer {
  return { status: 200, body };
}

/** 204. */
export const nothing: Answer = { status: 204 };
