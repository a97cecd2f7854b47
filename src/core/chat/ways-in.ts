import type { DocentError } from '../errors.js';
import type { ChatAdapter } from '../ports/chat-adapter.js';

/** The platforms by which people reach this process. */
export interface WaysIn {
  /** A platform refused Docent for good. */
  close(platform: string, error: DocentError): void;
  /** Resolves, with the last refusal, once every one is closed; never where there was none to begin with. */
  readonly allClosed: Promise<DocentError>;
}

/** All of them open; what serves only those who run the process is none. */
export function createWaysIn(adapters: readonly Pick<ChatAdapter, 'platform' | 'isForOperators'>[]): WaysIn {
  const open = new Set(
    adapters.filter(({ isForOperators }) => isForOperators !== true).map(({ platform }) => platform),
  );
  let tell: (error: DocentError) => void = () => {};
  const allClosed = new Promise<DocentError>((resolve) => {
    tell = resolve;
  });
  return {
    allClosed,
    close(platform, error) {
      if (open.delete(platform) && open.size === 0) tell(error);
    },
  };
}
