import { randomBytes } from 'node:crypto';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { z } from 'zod';
import { DocentError, type ErrorCode, toDocentError } from '../../core/errors.js';
import { creatorIdSchema } from '../../core/ids.js';
import type { Logger } from '../../core/ports/logger.js';
import { refusalOf } from './access.js';
import type { Asset } from './assets.js';
import type { Refusal } from './page/wire.js';
import { assetRoutes } from './routes/asset-routes.js';
import { commandRoutes } from './routes/command-routes.js';
import { creatorRoutes, knownCreators } from './routes/creator-routes.js';
import { documentRoutes } from './routes/document-routes.js';
import { exchangeRoutes } from './routes/exchange-routes.js';
import type { RouteParts, WebEnv } from './routes/route-parts.js';
import { sessionRoutes, signedInMember } from './routes/session-routes.js';
import { threadRoutes } from './routes/thread-routes.js';
import { uploadRoutes } from './routes/upload-routes.js';
import { securityHeaders } from './security-headers.js';

/** What the app is made of. */
export interface AppOptions {
  readonly parts: RouteParts;
  readonly asset: (name: string) => Promise<Asset | undefined>;
  readonly server: { readonly isLoopback: boolean };
  readonly logger: Logger;
}

/** Everything that the page asks its server: who may come in, then one file of routes for each subject. */
export function createApp(options: AppOptions): Hono<WebEnv> {
  const { parts } = options;
  const room = new Hono<WebEnv>()
    .use(requireCreator(parts))
    .get('/events', (context) => openFeed(parts, context))
    .route('/threads', threadRoutes(parts))
    .route('/threads/:threadId/exchanges', exchangeRoutes(parts))
    .route('/documents', documentRoutes(parts))
    .route('/uploads', uploadRoutes(parts))
    .route('/commands', commandRoutes(parts));

  return new Hono<WebEnv>()
    .use(sendSecurityHeaders)
    .use(refuseStrangers(options.server))
    .route('/api/session', sessionRoutes(parts))
    .use('/api/*', requireMember(parts))
    .route('/api/creators', creatorRoutes(parts))
    .route('/api/creators/:creatorId', room)
    .route('/', assetRoutes(options.asset))
    .notFound((context) => context.json(refusal('NOT_FOUND', 'There is nothing at this address.'), 404))
    .onError((error, context) => describeError(options.logger, error, context));
}

const sendSecurityHeaders: MiddlewareHandler = async (context, next) => {
  await next();
  for (const [name, value] of Object.entries(securityHeaders)) context.res.headers.set(name, value);
  if (context.req.path.startsWith('/api/')) context.res.headers.set('Cache-Control', 'no-store');
};

function refuseStrangers(server: { readonly isLoopback: boolean }): MiddlewareHandler {
  return async (context, next) => {
    const reason = refusalOf(context.req.raw, server);
    if (reason !== undefined) return context.json(refusal('ACCESS_DENIED', reason), 403);
    return next();
  };
}

function requireMember(parts: RouteParts): MiddlewareHandler<WebEnv> {
  return async (context, next) => {
    const memberId = signedInMember(parts, context);
    if (memberId === undefined) throw new HTTPException(401, { message: 'Sign in first: load the page again.' });
    context.set('memberId', memberId);
    return next();
  };
}

function requireCreator(parts: RouteParts): MiddlewareHandler<WebEnv> {
  return async (context, next) => {
    const creatorId = creatorIdSchema.safeParse(context.req.param('creatorId')).data;
    if (creatorId === undefined || !(await knownCreators(parts.host())).includes(creatorId))
      throw new HTTPException(404, { message: 'There is no such creator. Choose another one, or make it first.' });
    context.set('creatorId', creatorId);
    return next();
  };
}

function openFeed(parts: RouteParts, context: Context<WebEnv>): Response {
  const creatorId = context.get('creatorId');
  const stream = parts.feed.open(creatorId, parts.watch.snapshot(creatorId), context.req.raw.signal);
  return context.body(stream, 200, { 'Content-Type': 'text/event-stream; charset=utf-8', 'X-Accel-Buffering': 'no' });
}

const statusOf: Partial<Readonly<Record<ErrorCode, 400 | 403 | 413 | 429 | 503>>> = {
  ACCESS_DENIED: 403,
  COMMAND_INPUT: 400,
  DOCUMENT_EMPTY: 400,
  DOCUMENT_TOO_LARGE: 413,
  ENGINE_UNAVAILABLE: 503,
  QUEUE_FULL: 503,
  RATE_LIMITED: 429,
};

function describeError(logger: Logger, error: Error, context: Context): Response {
  if (error instanceof HTTPException) return context.json(refusal('REQUEST_REFUSED', error.message), error.status);
  if (error instanceof z.ZodError) {
    const [issue] = error.issues;
    const field = issue?.path.join('.') ?? '';
    return context.json(
      refusal('COMMAND_INPUT', `The request is wrong${field === '' ? '' : ` at ${field}`}: ${issue?.message}.`),
      400,
    );
  }
  const { code, userMessage } = toDocentError(error);
  const status = statusOf[code] ?? 500;
  if (error instanceof DocentError && status < 500) return context.json(refusal(code, userMessage), status);
  const correlationId = randomBytes(4).toString('hex');
  logger.error('web request failed', { correlationId, code, path: context.req.path }, error);
  return context.json(refusal(code, `${userMessage} Reference: ${correlationId}`), status);
}

function refusal(code: string, message: string): Refusal {
  return { error: { code, message } };
}
