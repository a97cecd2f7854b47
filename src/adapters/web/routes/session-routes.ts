import { type Context, Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { HTTPException } from 'hono/http-exception';
import { z } from 'zod';
import type { CommandDefinition } from '../../../core/chat/command.js';
import type { Session } from '../page/wire.js';
import type { RouteParts, WebEnv } from './route-parts.js';
import { readJson } from './route-parts.js';

const MEMBER_COOKIE = 'docent-member';
const SESSION_COOKIE = 'docent-session';
/** The longest life that browsers grant. */
const MEMBER_COOKIE_SECONDS = 400 * 86_400;

const tokenSchema = z.strictObject({ token: z.string().min(1).max(1_000) });

/** The member of a request who may use the page, or undefined. */
export function signedInMember(parts: RouteParts, context: Context): string | undefined {
  const memberId = parts.sessions.memberId(getCookie(context, MEMBER_COOKIE));
  return parts.sessions.isValid(memberId, getCookie(context, SESSION_COOKIE)) ? memberId : undefined;
}

/** Signing in and out, and what the page must know before anything else. */
export function sessionRoutes(parts: RouteParts): Hono<WebEnv> {
  const { sessions } = parts;
  return new Hono<WebEnv>()
    .get('/', (context) => {
      const known = signedInMember(parts, context);
      if (known === undefined && sessions.tokenRequired) return context.json({ signedIn: false } satisfies Session);
      if (known === undefined) keep(context, MEMBER_COOKIE, sessions.newMemberId(), MEMBER_COOKIE_SECONDS);
      return context.json(describeSession(parts));
    })
    .post('/', async (context) => {
      const { token } = await readJson(context, tokenSchema);
      const outcome = sessions.tryToken(token);
      if (outcome === 'too many tries')
        throw new HTTPException(429, { message: 'Too many wrong tokens. Wait a minute, then try again.' });
      if (outcome === 'wrong')
        throw new HTTPException(401, {
          message: 'This is not the token. It is the value of DOCENT_WEB_TOKEN on the server.',
        });
      const memberId = sessions.memberId(getCookie(context, MEMBER_COOKIE)) ?? sessions.newMemberId();
      keep(context, MEMBER_COOKIE, memberId, MEMBER_COOKIE_SECONDS);
      keep(context, SESSION_COOKIE, sessions.issue(memberId), sessions.maxAgeSeconds);
      return context.json(describeSession(parts));
    })
    .delete('/', (context) => {
      deleteCookie(context, SESSION_COOKIE, { path: '/' });
      return context.body(null, 204);
    });
}

function keep(context: Context, name: string, value: string, maxAge: number): void {
  const isHttps =
    context.req.header('origin')?.startsWith('https://') === true || context.req.url.startsWith('https://');
  setCookie(context, name, value, { httpOnly: true, sameSite: 'Strict', path: '/', maxAge, secure: isHttps });
}

function describeSession(parts: RouteParts): Session {
  const host = parts.host();
  return {
    signedIn: true,
    tokenRequired: parts.sessions.tokenRequired,
    defaultCreatorId: host.defaultCreatorId,
    acceptedExtensions: host.acceptedExtensions,
    maxUploadBytes: host.maxUploadBytes,
    commands: host.commands.filter(isTypable).map(({ name, description }) => ({ name, description })),
  };
}

/** Commands that make sense as `/name` in a thread: listed, and runnable without input or files. */
function isTypable(command: CommandDefinition): boolean {
  return command.hidden !== true && command.attachments !== 'required' && command.input.safeParse({}).success;
}
