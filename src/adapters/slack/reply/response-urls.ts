import { SLACK_API_URL } from '../settings.js';

/** The addresses that Slack sends with commands and interactions, for answers to one person. */
export interface ResponseUrls {
  /**
   * Shows a message there. False when Slack no longer takes it, half an hour or five messages later, and for an address
   * that is not Slack's.
   */
  send(url: string, message: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<boolean>;
}

/** Messages that Slack takes at one address. */
export const MAX_RESPONSES = 5;
const TIMEOUT_MS = 10_000;

/** Sends to Slack's own hosts alone, or to that of the server that stands for it. */
export function createResponseUrls(apiUrl: string): ResponseUrls {
  const isSlack = createHostCheck(apiUrl);
  return {
    async send(url, message, signal) {
      if (!isSlack(url)) return false;
      const within = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
      try {
        const response = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json; charset=utf-8' },
          body: JSON.stringify(message),
          redirect: 'error',
          signal: within,
        });
        await response.body?.cancel();
        return response.ok;
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof TypeError || (error instanceof Error && error.name === 'TimeoutError')) return false;
        throw error;
      }
    },
  };
}

/**
 * Whether an address is one that Slack is at: https at slack.com, slack-gov.com or below them. When the Web API is another
 * server's, that server counts besides.
 */
export function createHostCheck(apiUrl: string): (url: string) => boolean {
  const api = new URL(apiUrl);
  const isOther = apiUrl !== SLACK_API_URL;
  return (text) => {
    if (!URL.canParse(text)) return false;
    const url = new URL(text);
    if (isOther && url.origin === api.origin) return true;
    return (
      url.protocol === 'https:' &&
      (url.port === '' || url.port === '443') &&
      /^(?:[a-z0-9-]+\.)*slack(?:-gov)?\.com$/.test(url.hostname)
    );
  };
}
