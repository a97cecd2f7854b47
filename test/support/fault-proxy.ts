import { once } from 'node:events';
import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';
import { onTestFinished } from 'vitest';

/** What goes wrong between Docent and an engine. */
export type Fault =
  | { readonly kind: 'none' }
  /** Every piece arrives so many milliseconds late, each way. */
  | { readonly kind: 'latency'; readonly delayMs: number }
  /** Connections are reset when the engine has sent so many bytes. */
  | { readonly kind: 'reset'; readonly afterBytes: number }
  /** Connections are taken and bytes swallowed; nothing ever comes back. */
  | { readonly kind: 'black-hole' }
  /** Nobody listens, and open connections are closed. */
  | { readonly kind: 'refuse' }
  /** What the engine sends arrives a few bytes at a time. */
  | { readonly kind: 'drip'; readonly bytes: number; readonly everyMs: number };

/** A loopback proxy in front of an engine. */
export interface FaultProxy {
  readonly port: number;
  /** Changes what goes wrong from now on, for open connections too. */
  set(fault: Fault): Promise<void>;
}

const HOST = '127.0.0.1';

/** Puts a proxy in front of a port of this machine until the test has ended. */
export async function startFaultProxy(targetPort: number): Promise<FaultProxy> {
  let fault: Fault = { kind: 'none' };
  const pairs = new Set<readonly [Socket, Socket]>();
  const server = createServer((client) => {
    const engine = connect(targetPort, HOST);
    const pair = [client, engine] as const;
    pairs.add(pair);
    const end = (): void => {
      pairs.delete(pair);
      client.destroy();
      engine.destroy();
    };
    for (const socket of pair) socket.on('error', end).on('close', end).setNoDelay(true);
    pump({ from: client, to: engine, fault: () => fault, isAnswer: false });
    pump({ from: engine, to: client, fault: () => fault, isAnswer: true });
  });
  await listen(server, 0);
  const { port } = server.address() as AddressInfo;
  const closeAll = (): void => {
    for (const [client] of pairs) client.resetAndDestroy();
  };
  onTestFinished(async () => {
    closeAll();
    if (server.listening) await once(server.close(), 'close');
  });
  return {
    port,
    async set(next) {
      fault = next;
      if (next.kind === 'refuse' && server.listening) {
        const closed = once(server.close(), 'close');
        closeAll();
        await closed;
      }
      if (next.kind !== 'refuse' && !server.listening) await listen(server, port);
    },
  };
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, HOST);
  await once(server, 'listening');
}

interface Pump {
  readonly from: Socket;
  readonly to: Socket;
  fault(): Fault;
  /** Whether the engine speaks. */
  readonly isAnswer: boolean;
}

/** Carries bytes one way, in order, as the fault of the moment lets it. */
function pump({ from, to, fault, isAnswer }: Pump): void {
  let carried = Promise.resolve();
  let answered = 0;
  const carry = async (piece: Buffer): Promise<void> => {
    const now = fault();
    if (now.kind === 'black-hole') return;
    if (now.kind === 'latency') await pause(now.delayMs);
    if (now.kind === 'drip' && isAnswer) return drip(piece, to, now, () => fault() === now);
    if (now.kind === 'reset' && isAnswer) {
      const rest = Math.max(0, now.afterBytes - answered);
      answered += piece.length;
      if (rest < piece.length) {
        to.write(piece.subarray(0, rest), () => to.resetAndDestroy());
        return;
      }
    }
    if (!to.destroyed) to.write(piece);
  };
  from.on('data', (piece: Buffer) => {
    carried = carried.then(() => carry(piece));
  });
}

async function drip(
  piece: Buffer,
  to: Socket,
  { bytes, everyMs }: { readonly bytes: number; readonly everyMs: number },
  isOn: () => boolean,
): Promise<void> {
  for (let start = 0; start < piece.length && !to.destroyed; start += bytes) {
    if (!isOn()) {
      to.write(piece.subarray(start));
      return;
    }
    to.write(piece.subarray(start, start + bytes));
    await pause(everyMs);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
