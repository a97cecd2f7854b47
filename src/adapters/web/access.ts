const LOOPBACK_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;
const READING_METHODS = new Set(['GET', 'HEAD']);

/**
 * Why a request is refused before anything looks at it, or undefined.
 * - A page on another site that points its own name at this machine (DNS rebinding) sends that name as the host.
 * - A page on another site that sends requests here (CSRF) is named by the browser in `Origin` and `Sec-Fetch-Site`.
 *
 * Without a token the host must be this machine's; with one, the cookie is bound to the host and keeps strangers out.
 */
export function refusalOf(request: Request, server: { readonly isLoopback: boolean }): string | undefined {
  const url = new URL(request.url);
  if (server.isLoopback && !LOOPBACK_HOST.test(url.hostname))
    return `Docent answers to localhost only here, not to ${url.hostname}. Open the address that it printed at its start.`;
  const site = request.headers.get('sec-fetch-site');
  const origin = request.headers.get('origin');
  const isNavigation = request.method === 'GET' && request.headers.get('sec-fetch-mode') === 'navigate';
  if (isNavigation && !url.pathname.startsWith('/api/')) return undefined;
  const isOwnSite = site === null || site === 'same-origin' || (site === 'none' && READING_METHODS.has(request.method));
  const isOwnOrigin = origin === null || hostOf(origin) === url.host;
  if (!isOwnSite || !isOwnOrigin)
    return 'This request came from another site. Open Docent by its own address; a proxy in between must keep the Host header.';
  if (!READING_METHODS.has(request.method) && site === null && origin === null)
    return 'This request does not say where it comes from. Send an Origin header with the address of Docent.';
  return undefined;
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
