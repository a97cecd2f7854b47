import type { Behaviour, Fault, PlannedFault } from './behaviour.js';

/** What a call of the Web API is answered with; `cut`: nothing, and the connection is torn. */
export type ApiAnswer =
  | { readonly status: number; readonly body: object; readonly headers?: Readonly<Record<string, string>> }
  | 'cut';

/** Takes the fault that is planned for a call, and counts down. */
export function createFaultPlan(behaviour: Behaviour): (method: string) => Fault | undefined {
  const seen = new Map<PlannedFault, number>();
  return (method) => {
    const planned = behaviour.faults.find((fault) => fault.method === undefined || fault.method === method);
    if (planned === undefined) return undefined;
    const { after = 0, times = 1, fault } = planned;
    const count = (seen.get(planned) ?? 0) + 1;
    seen.set(planned, count);
    if (count >= after + times) behaviour.faults.splice(behaviour.faults.indexOf(planned), 1);
    return count > after ? fault : undefined;
  };
}

/** The answer of a fault that lets nothing be applied. */
export function answerBefore(fault: Fault | undefined): ApiAnswer | undefined {
  if (fault?.kind === 'rate-limited') return rateLimited(fault.retryAfterSeconds);
  if (fault?.kind === 'status') return { status: fault.status, body: {} };
  if (fault?.kind === 'error') return { status: 200, body: { ok: false, error: fault.error } };
  return fault?.kind === 'cut-before' ? 'cut' : undefined;
}

/** The answer of a fault that strikes when the request has been applied. */
export function answerAfter(fault: Fault | undefined): ApiAnswer | undefined {
  if (fault?.kind === 'cut-after') return 'cut';
  if (fault?.kind === 'error-after') return { status: 200, body: { ok: false, error: fault.error } };
  return fault?.kind === 'status-after' ? { status: fault.status, body: {} } : undefined;
}

/** 429, as Slack sends it. */
export function rateLimited(retryAfterSeconds: number): ApiAnswer {
  return {
    status: 429,
    body: { ok: false, error: 'ratelimited' },
    headers: { 'retry-after': String(retryAfterSeconds) },
  };
}
