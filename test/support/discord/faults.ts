/** A request that goes wrong. Without `status` and `cut` it is only held. */
export interface Fault {
  /** Default: any. */
  readonly method?: string;
  /** Of the path below `/api/v10`, decoded: `/webhooks/1/token/messages/@original`. Default: any. */
  readonly path?: RegExp;
  /** How many requests it meets. Default 1. */
  readonly times?: number;
  /** Answered in place of the real answer; nothing is done. */
  readonly status?: number;
  readonly body?: object | string;
  /** With 429. Default 1. */
  readonly retryAfterS?: number;
  /** With 429. Default `user`. */
  readonly scope?: 'user' | 'global' | 'shared';
  /** The connection is torn down before anything is done, or after it was done. */
  readonly cut?: 'before' | 'after';
  /** What passes before anything is done. */
  readonly until?: Promise<void>;
}

/** The faults that wait for their requests. */
export interface FaultQueue {
  add(fault: Fault): void;
  /** The first fault that matches, used up once more. */
  take(method: string, path: string): Fault | undefined;
}

/** A queue without faults. */
export function createFaultQueue(): FaultQueue {
  const waiting: { readonly fault: Fault; left: number }[] = [];
  return {
    add: (fault) => void waiting.push({ fault, left: fault.times ?? 1 }),
    take(method, path) {
      const entry = waiting.find(
        ({ fault, left }) => left > 0 && (fault.method ?? method) === method && (fault.path?.test(path) ?? true),
      );
      if (entry === undefined) return undefined;
      entry.left -= 1;
      return entry.fault;
    },
  };
}

/** What a fault answers with: status, headers and body as Discord sends them (topics/rate-limits). */
export function faultAnswer(fault: Fault & { readonly status: number }): {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object | string;
} {
  const { status, retryAfterS = 1, scope = 'user' } = fault;
  if (status !== 429) return { status, headers: {}, body: fault.body ?? { message: `${status}: Fault`, code: 0 } };
  const isGlobal = scope === 'global';
  return {
    status,
    headers: {
      'retry-after': String(Math.ceil(retryAfterS)),
      'x-ratelimit-scope': scope,
      ...(isGlobal
        ? { 'x-ratelimit-global': 'true' }
        : {
            'x-ratelimit-limit': '5',
            'x-ratelimit-remaining': '0',
            'x-ratelimit-reset-after': String(retryAfterS),
            'x-ratelimit-bucket': 'stand-in',
          }),
      via: '1.1 google',
    },
    body: fault.body ?? { message: 'You are being rate limited.', retry_after: retryAfterS, global: isGlobal },
  };
}
