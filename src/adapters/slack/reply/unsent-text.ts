import { safeMarkdown } from '../draw/slack-markup.js';

/** Streamed text on its way to Slack. */
export interface UnsentText {
  add(text: string): void;
  /** Takes what may be sent: what may still become a mention stays back. */
  take(): string;
}

/** A mark that calls somebody, as far as it may have come: `<`, or `@` with the beginning of a word. */
const MAY_BECOME_MENTION = /(?:<|@[a-z]{0,8})$/i;

/** Text that is made safe as a whole, so that no mention slips through between two pieces. */
export function createUnsentText(): UnsentText {
  let whole = '';
  let sent = 0;
  return {
    add(text) {
      whole += text;
    },
    take() {
      const ready = safeMarkdown(whole.replace(MAY_BECOME_MENTION, ''));
      const text = ready.slice(sent);
      sent = Math.max(sent, ready.length);
      return text;
    },
  };
}
