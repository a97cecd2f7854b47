import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../core/ports/clock.js';
import type { TokenSeal } from './token-seal.js';

/** What ties the way back from Slack's consent page to the browser that went there. */
export interface InstallState {
  /** A state that is good for ten minutes. */
  create(): string;
  /** Whether Docent made the state, not long ago, for the browser that holds it in its cookie. */
  isValid(state: string | null, cookie: string | undefined): boolean;
}

/** How long somebody may take on the consent page, in milliseconds. */
export const STATE_LIFE_MS = 10 * 60_000;

/** States that carry their end and a mark, so that any process knows them. */
export function createInstallState(seal: Pick<TokenSeal, 'mark' | 'isMarked'>, clock: Clock): InstallState {
  return {
    create() {
      const text = `${clock.now() + STATE_LIFE_MS}.${randomBytes(16).toString('base64url')}`;
      return `${text}.${seal.mark(text)}`;
    },
    isValid(state, cookie) {
      if (state === null || state !== cookie) return false;
      const at = state.lastIndexOf('.');
      const text = state.slice(0, at);
      return seal.isMarked(text, state.slice(at + 1)) && Number(text.split('.')[0]) > clock.now();
    },
  };
}
