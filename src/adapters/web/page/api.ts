import type { Exchange, Json, Message, Refusal, Session, Thread, Upload, Vote } from './wire.js';

/** A request that was refused, or never arrived. */
export class RequestError extends Error {
  /** The HTTP status; 0 when the server cannot be reached. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'RequestError';
    this.status = status;
  }
}

const UNREACHABLE = 'Docent cannot be reached. It may be restarting; try again in a moment.';
const DEADLINE_MS = 60_000;
/** Names that are looked up in one request. */
const MOST_NAMES = 500;

/** Sends a request and returns the JSON of its response. @throws RequestError. */
async function send<Result>(method: string, path: string, body?: Json, deadlineMs = DEADLINE_MS): Promise<Result> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      signal: AbortSignal.timeout(deadlineMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
    });
  } catch {
    throw new RequestError(0, UNREACHABLE);
  }
  const text = await response.text();
  if (!response.ok) throw new RequestError(response.status, refusalText(text));
  return (text === '' ? undefined : JSON.parse(text)) as Result;
}

function refusalText(body: string): string {
  try {
    return (JSON.parse(body) as Refusal).error.message;
  } catch {
    return 'Docent did not understand this. Load the page again.';
  }
}

/** Signing in and out. Each throws `RequestError`. */
export const session = {
  read: () => send<Session>('GET', '/api/session'),
  signIn: (token: string) => send<Session>('POST', '/api/session', { token }),
  signOut: () => send<undefined>('DELETE', '/api/session'),
};

/** The creators there are. Each throws `RequestError`. */
export const creators = {
  list: () => send<{ readonly creators: readonly string[] }>('GET', '/api/creators'),
  add: (creatorId: string) => send<undefined>('POST', '/api/creators', { creatorId }),
};

/** What the page asks of one creator's room. */
export interface RoomApi {
  readonly eventsUrl: string;
  threads(offset: number): Promise<{ readonly threads: readonly Thread[]; readonly total: number }>;
  createThread(): Promise<Thread>;
  renameThread(threadId: string, title: string): Promise<undefined>;
  deleteThread(threadId: string): Promise<undefined>;
  exchanges(
    threadId: string,
    before?: string,
  ): Promise<{ readonly exchanges: readonly Exchange[]; readonly hasEarlier: boolean }>;
  /** The same `requestId` again asks nothing twice. */
  ask(
    threadId: string,
    asked: { readonly requestId: string } & ({ readonly text: string } | { readonly command: string }),
  ): Promise<{ readonly exchange: Exchange | null }>;
  vote(exchange: Exchange, vote: Vote, reason: string): Promise<Message>;
  /** Those of the names that answers come from already. */
  knownDocuments(names: readonly string[]): Promise<readonly string[]>;
  uploads(): Promise<readonly Upload[]>;
  dismissUpload(uploadId: string): Promise<undefined>;
  uploadUrl(requestId: string, name: string): string;
  /** @param deadlineMs a minute by default; the command stops when nobody waits for it any more. */
  run(command: string, input?: { readonly [key: string]: Json }, deadlineMs?: number): Promise<Message>;
}

/** The requests of one creator's room. Each throws `RequestError`. */
export function roomApi(creatorId: string): RoomApi {
  const room = `/api/creators/${encodeURIComponent(creatorId)}`;
  const thread = (threadId: string): string => `${room}/threads/${encodeURIComponent(threadId)}`;
  return {
    eventsUrl: `${room}/events`,
    threads: (offset) => send('GET', `${room}/threads?offset=${offset}`),
    createThread: async () => (await send<{ readonly thread: Thread }>('POST', `${room}/threads`, {})).thread,
    renameThread: (threadId, title) => send('PATCH', thread(threadId), { title }),
    deleteThread: (threadId) => send('DELETE', thread(threadId)),
    exchanges: (threadId, before) =>
      send(
        'GET',
        `${thread(threadId)}/exchanges${before === undefined ? '' : `?before=${encodeURIComponent(before)}`}`,
      ),
    ask: (threadId, asked) => send('POST', `${thread(threadId)}/exchanges`, asked),
    vote: async ({ threadId, exchangeId }, vote, reason) =>
      (
        await send<{ readonly message: Message }>('POST', `${thread(threadId)}/exchanges/${exchangeId}/feedback`, {
          vote,
          reason,
        })
      ).message,
    knownDocuments: async (names) => {
      const body = { names: names.slice(0, MOST_NAMES) };
      return (await send<{ readonly known: readonly string[] }>('POST', `${room}/documents/known`, body)).known;
    },
    uploads: async () => (await send<{ readonly uploads: readonly Upload[] }>('GET', `${room}/uploads`)).uploads,
    dismissUpload: (uploadId) => send('DELETE', `${room}/uploads/${uploadId}`),
    uploadUrl: (requestId, name) => `${room}/uploads?${new URLSearchParams({ requestId, name }).toString()}`,
    run: async (command, input = {}, deadlineMs = DEADLINE_MS) =>
      (await send<{ readonly message: Message }>('POST', `${room}/commands/${command}`, { input }, deadlineMs)).message,
  };
}
