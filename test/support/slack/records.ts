/** Where Slack delivers to, as an app's settings say it. */
export interface RequestUrls {
  readonly events: string;
  /** Default: the same. */
  readonly interactions?: string;
  /** Default: the same. */
  readonly commands?: string;
}

/** A call of the Web API as it came in. */
export interface ApiCall {
  readonly method: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** The workspace or organisation of its token, where the token is known. */
  readonly tenantId: string | undefined;
  readonly atMs: number;
  /** `ok`, Slack's error, `http 429`, or `cut`; undefined while it runs. */
  outcome: string | undefined;
}

/** Something that the app did and that Slack would refuse, pass over, or count against it. */
export interface Violation {
  /** The method, or `delivery`, `socket`, `response_url`, `oauth`, `file`. */
  readonly where: string;
  readonly error: string;
  readonly messages: readonly string[];
}

/** A mention that rang at somebody because the app posted it unescaped. */
export interface Ping {
  readonly channelId: string;
  /** `channel`, `here`, `everyone`, a user's id or a user group's. */
  readonly target: string;
  readonly text: string;
}

/** One try to deliver something to the app. */
export interface DeliveryAttempt {
  readonly sentAtMs: number;
  /** `http`, or the number of the socket connection. */
  readonly via: 'http' | number;
  /** 0 for the first, 1 to 3 for Slack's retries. */
  readonly retryNumber: number;
  readonly retryReason?: string;
  /** Undefined as long as there is none. */
  acknowledgedAtMs?: number;
  /** What the acknowledgement brought: parsed JSON, text, or undefined. */
  reply?: unknown;
  /** `http_timeout`, `http_error`, `connection_failed`, `timeout`; why it counts as lost. */
  failure?: string;
}

/** An event, command or interaction for the app, with all that became of it. */
export interface Delivery {
  readonly kind: 'event' | 'command' | 'interaction';
  /** Such as `app_mention`, `/ask`, `block_actions`. */
  readonly type: string;
  readonly teamId: string;
  /** The payload, without signature and envelope. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly attempts: readonly DeliveryAttempt[];
  /** `held` by the test; `lost` when Slack tries no more. */
  readonly state: 'held' | 'pending' | 'acknowledged' | 'lost';
  /** Resolves once it is acknowledged or lost; never rejects. */
  readonly settled: Promise<void>;
}
