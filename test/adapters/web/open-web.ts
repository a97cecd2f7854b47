import { join } from 'node:path';
import { createWebAdapter } from '../../../src/adapters/web/web-adapter.js';
import { createCreators } from '../../../src/core/creators.js';
import { DocentError } from '../../../src/core/errors.js';
import type { Eraser } from '../../../src/core/erasure.js';
import type { Engines } from '../../../src/core/plugin.js';
import type { ChatAdapter, ChatHost } from '../../../src/core/ports/chat-adapter.js';
import { type RecordingChatHost, createRecordingChatHost } from '../../contracts/recording-chat-host.js';
import { type EmbeddedStores, openEmbeddedStores } from '../../support/embedded-stores.js';
import { type FakeClock, createFakeClock } from '../../support/fake-clock.js';
import { silentLogger } from '../../support/silent-logger.js';

/** An address that the page is opened by. */
export const ORIGIN = 'http://localhost:3000';
/** Given as the origin: the request has none. */
export const NO_ORIGIN = 'absent';

/** A browser that keeps its cookies and says where its requests come from. */
export interface Browser {
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Sends JSON, expects a 2xx and returns the response's JSON. */
  send<Body>(method: string, path: string, body?: unknown): Promise<Body>;
}

/** A web adapter that has started, over stores on disk. */
export interface OpenedWeb {
  readonly adapter: ChatAdapter;
  readonly eraser: Eraser;
  readonly engines: Engines;
  readonly host: RecordingChatHost;
  readonly clock: FakeClock;
  /** A browser without cookies. */
  newBrowser(): Browser;
  /** A browser that has opened the page. */
  visit(): Promise<Browser>;
  /** The adapter of another process over the same data; it is not started, as in a process that reads documents. */
  elsewhere(): ChatAdapter;
  /** Whether what adapters tell the pages of all processes is lost on the way. */
  isNewsLost: boolean;
  /** The process is killed and another one takes over the data; browsers go on. */
  restart(): Promise<void>;
}

/** How a web adapter is opened; by default for this machine alone. */
export interface OpenWebOptions {
  readonly token?: string;
  readonly isLoopback?: boolean;
  readonly host?: Partial<ChatHost>;
}

interface NewsFault {
  isLost: boolean;
}

/** Opens a web adapter over an empty data folder. */
export async function openWeb(options: OpenWebOptions = {}): Promise<OpenedWeb> {
  const clock = createFakeClock();
  const creators = () => createCreators({ recordStore: running.stores.engines.recordStore, now: () => clock.now() });
  const host = createRecordingChatHost({
    creators: () => creators().list(),
    ...options.host,
  });
  const news = { isLost: false };
  let running = await startProcess(options, { clock, host, news, folder: undefined });
  const newBrowser = (): Browser => createBrowser((request) => running.handle(request));
  return {
    get adapter() {
      return running.adapter;
    },
    get eraser() {
      return running.eraser;
    },
    get engines() {
      return running.stores.engines;
    },
    host,
    clock,
    newBrowser,
    async visit() {
      const browser = newBrowser();
      await browser.send('GET', '/api/session');
      return browser;
    },
    elsewhere: () => createAdapter(options, { clock, news, stores: running.stores }).adapter,
    get isNewsLost() {
      return news.isLost;
    },
    set isNewsLost(isLost) {
      news.isLost = isLost;
    },
    async restart() {
      await running.stores.close();
      running = await startProcess(options, { clock, host, news, folder: running.stores.folder });
    },
  };
}

async function startProcess(
  options: OpenWebOptions,
  kept: {
    readonly clock: FakeClock;
    readonly host: ChatHost;
    readonly news: NewsFault;
    readonly folder: string | undefined;
  },
) {
  const { clock } = kept;
  const stores = await openEmbeddedStores(clock, kept.folder);
  const { adapter, eraser, handler } = createAdapter(options, { clock, news: kept.news, stores });
  const { coordinator } = stores.engines;
  await adapter.start({ ...kept.host, changes: options.host?.changes ?? ((signal) => coordinator.follow(signal)) });
  const handle = async (request: Request): Promise<Response> => handler(request, { remoteAddress: '127.0.0.1' });
  return { adapter, eraser, stores, handle };
}

function createAdapter(
  options: OpenWebOptions,
  { clock, news, stores }: { readonly clock: FakeClock; readonly news: NewsFault; readonly stores: EmbeddedStores },
): ReturnType<typeof createWebAdapter> {
  const { coordinator } = stores.engines;
  return createWebAdapter({
    records: stores.engines.recordStore,
    blobs: stores.engines.blobStore,
    coordinator: {
      async publish(change) {
        if (news.isLost) throw new DocentError('ENGINE_UNAVAILABLE', { userMessage: 'The stream is away.' });
        await coordinator.publish(change);
      },
    },
    clock,
    logger: silentLogger,
    isLoopback: options.isLoopback ?? true,
    token: options.token,
    pageFolder: join(process.cwd(), 'src/adapters/web/page'),
  });
}

function createBrowser(handle: (request: Request) => Promise<Response>): Browser {
  const cookies = new Map<string, string>();
  const browser: Browser = {
    async fetch(path, init = {}) {
      const headers = new Headers(init.headers);
      if (init.method !== undefined && init.method !== 'GET' && !headers.has('origin')) headers.set('origin', ORIGIN);
      if (headers.get('origin') === NO_ORIGIN) headers.delete('origin');
      headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '));
      const { body, ...rest } = init;
      const content = body === undefined || body === null ? {} : { body, duplex: 'half' as const };
      const response = await handle(new Request(new URL(path, ORIGIN), { ...rest, headers, ...content }));
      for (const cookie of response.headers.getSetCookie()) {
        const [name = '', value = ''] = cookie.split(';')[0]?.split('=') ?? [];
        if (value === '') cookies.delete(name);
        else cookies.set(name, value);
      }
      return response;
    },
    async send<Body>(method: string, path: string, body?: unknown) {
      const json = { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
      const response = await browser.fetch(path, { method, ...(body === undefined ? {} : json) });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
      return (text === '' ? undefined : JSON.parse(text)) as Body;
    },
  };
  return browser;
}
