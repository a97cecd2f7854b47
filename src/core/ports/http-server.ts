/** A web-standard handler. */
export type HttpHandler = (request: Request, connection: HttpConnection) => Response | Promise<Response>;

/** Where a request came from. */
export interface HttpConnection {
  /** The peer's address as the socket has it. */
  readonly remoteAddress: string;
}

/** One HTTP server that the web page, Slack and health checks mount on. */
export interface HttpServer {
  /** Sends every request whose path is `prefix` or below it to the handler; the longest prefix wins. Before `start`. */
  mount(prefix: string, handler: HttpHandler): void;
  /** The address people can open, once started. */
  readonly url: string;
  /** Whether only this machine can reach it. */
  readonly isLoopback: boolean;
  start(): Promise<void>;
  /** Takes no new connection, lets running requests end for `drainMs`, then closes them. */
  stop(drainMs: number): Promise<void>;
}
