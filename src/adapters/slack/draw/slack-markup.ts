import type { types } from '@slack/bolt';
import { escapeMentions, stripUnseen } from '../../../core/chat/escape.js';

/** A block of a message or a view. */
export type Block = types.KnownBlock;

/** Markdown that calls nobody and hides nothing, for `markdown` blocks and streams. */
export function safeMarkdown(markdown: string): string {
  return escapeMentions(stripUnseen(markdown));
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Text for a place that Slack reads its own marks in: none is left. */
export function escapeSlack(text: string): string {
  return escapeMentions(stripUnseen(text)).replaceAll(/[&<>]/g, (character) => ESCAPES[character] ?? character);
}

/** Cuts a label where Slack leaves no room for more; the whole stands elsewhere. */
export function shorten(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  const kept = text.slice(0, maxCharacters - 1);
  // Half of a surrogate pair is no character.
  return `${/[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept}…`;
}

/** Plain text, which Slack shows as it is. */
export function plainText(text: string, maxCharacters: number): types.PlainTextElement {
  const shown = stripUnseen(text).trim();
  return { type: 'plain_text', text: shorten(shown === '' ? '…' : shown, maxCharacters), emoji: true };
}
