import { z } from 'zod';
import type { Attachment, ChatEvent } from '../../core/chat/chat-event.js';
import { DocentError } from '../../core/errors.js';
import { fileReferenceSchema, slackFileSchema } from './events/slack-file.js';
import { tenantOfEvent } from './reply/reply-context.js';
import { createHostCheck } from './reply/response-urls.js';
import type { Workspaces } from './install/workspaces.js';
import { isRefused } from './api/slack-refusal.js';

/** Fetches the bytes of posted files. */
export type Download = (event: ChatEvent, attachment: Attachment, signal: AbortSignal) => AsyncGenerator<Uint8Array>;

const infoSchema = z.object({ file: slackFileSchema });
/** How long Slack may take to begin, in milliseconds; the whole is bounded by the caller's signal. */
const BEGIN_TIMEOUT_MS = 30_000;
const GONE = new Set(['tombstone', 'hidden_by_limit']);

/**
 * Downloads with the bot token of the event's own workspace, from Slack's own hosts and without following anything that
 * leads away from them. Where a file is, Slack says anew each time: nothing that an event brought is called.
 * @throws DocentError `DOWNLOAD_FAILED`.
 */
export function createDownload({
  workspaces,
  apiUrl,
}: {
  readonly workspaces: Pick<Workspaces, 'find'>;
  readonly apiUrl: string;
}): Download {
  const isSlack = createHostCheck(apiUrl);

  async function locate(event: ChatEvent, attachment: Attachment, signal: AbortSignal) {
    const reference = fileReferenceSchema.safeParse(attachment.reference);
    if (!reference.success) throw failed(`I did not find ${attachment.name} in Slack. Post it again.`);
    const workspace = await workspaces.find(tenantOfEvent(event));
    try {
      const { file } = await workspace.api.call(
        'files.info',
        { file: reference.data.slackFileId },
        { response: infoSchema, signal },
      );
      return { file, token: workspace.botToken };
    } catch (error) {
      if (isRefused(error, 'missing_scope')) throw failed(error.userMessage, error);
      if (isRefused(error, 'file_not_found', 'file_deleted', 'access_denied'))
        throw failed(
          'The file is gone from Slack, or lies where I am not. Invite me there with /invite and my name, or send it to me directly.',
          error,
        );
      if (isRefused(error))
        throw failed('Slack does not say where the file is. Try again in a moment.', error, error.retryable);
      throw error;
    }
  }

  return async function* download(event, attachment, signal) {
    const { file, token } = await locate(event, attachment, signal);
    if (file.is_external === true || file.mode === 'external')
      throw failed('The file lies on another service, and Slack holds only a link to it. Upload the file itself.');
    const url = file.url_private_download;
    if (GONE.has(file.mode ?? '') || url === null || url === undefined)
      throw failed('Slack holds no file here that can be downloaded. Upload it again.');
    if (!isSlack(url)) throw failed('The file does not lie at Slack, so I do not fetch it. Upload the file itself.');
    yield* fetchBytes(url, token, attachment, signal);
  };
}

async function* fetchBytes(
  url: string,
  token: string,
  { name }: Attachment,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let response: Response;
  const begun = new AbortController();
  const timer = setTimeout(
    () => begun.abort(new DOMException('Slack took too long', 'TimeoutError')),
    BEGIN_TIMEOUT_MS,
  );
  timer.unref();
  try {
    const headers = { authorization: `Bearer ${token}` };
    response = await fetch(url, { headers, redirect: 'error', signal: AbortSignal.any([signal, begun.signal]) });
  } catch (error) {
    signal.throwIfAborted();
    throw failed('Slack did not give me the file. Try again in a moment.', error, true);
  } finally {
    clearTimeout(timer);
  }
  await checkResponse(response, name);
  try {
    yield* response.body ?? [];
  } catch (error) {
    signal.throwIfAborted();
    throw failed('The download broke off before the end. Try again in a moment.', error, true);
  }
}

/** Slack answers who may not read a file with its login page, as if all were well. */
async function checkResponse(response: Response, name: string): Promise<void> {
  const isPage = (response.headers.get('content-type') ?? '').startsWith('text/html');
  const isHtmlFile = /\.html?$/i.test(name);
  if (response.ok && !(isPage && !isHtmlFile)) return;
  await response.body?.cancel();
  if (response.ok)
    throw failed(
      'Slack does not let me read files. Somebody who manages the app adds the scope files:read and installs it again.',
    );
  const isPassing = response.status === 429 || response.status >= 500;
  throw failed(
    `Slack did not give me the file (status ${response.status}). Try again in a moment.`,
    undefined,
    isPassing,
  );
}

function failed(userMessage: string, cause?: unknown, retryable = false): DocentError {
  return new DocentError('DOWNLOAD_FAILED', { userMessage, retryable, ...(cause === undefined ? {} : { cause }) });
}
