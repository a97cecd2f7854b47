import type { OutgoingMessage } from '../../../core/chat/outgoing-message.js';
import { confidenceInWords, renderMessage } from '../../../core/chat/render-answer.js';
import { splitText } from '../../../core/chat/split-text.js';
import { drawActions } from './message-actions.js';
import { type Block, escapeSlack, safeMarkdown, shorten } from './slack-markup.js';

/** One Slack message of an outgoing message. */
export interface MessagePart {
  readonly markdown: string;
  /** What stands under the text: buttons, pictures, small print. */
  readonly extras: readonly Block[];
}

/**
 * Characters of Markdown in one message: Slack takes 12,000 in its blocks, and about 13,200 of all blocks together, so that
 * room is left for what stands under the text.
 */
export const MAX_PART_CHARACTERS = 10_000;

/** An outgoing message as Slack messages, the sources behind its text; nothing is cut. @param pictures blocks that show its pictures */
export function drawParts(message: OutgoingMessage, pictures: readonly Block[] = []): MessagePart[] {
  const markdown = safeMarkdown(renderMessage(message));
  const texts = splitText(markdown, MAX_PART_CHARACTERS);
  const last = texts.pop() ?? '…';
  const extras = [...pictures, ...drawConfidence(message), ...drawActions(message)];
  return [...texts.map((text) => ({ markdown: text, extras: [] })), { markdown: last, extras }];
}

/** The blocks of a part. */
export function blocksOf({ markdown, extras }: MessagePart): Block[] {
  return [{ type: 'markdown', text: markdown }, ...extras];
}

/** Characters of a notification: it shows the beginning, the blocks the whole. */
const MAX_PREVIEW = 300;

/** What a notification and a screen reader say of a part. */
export function previewOf({ markdown }: MessagePart): string {
  return escapeSlack(shorten(markdown.replaceAll(/\s+/g, ' '), MAX_PREVIEW));
}

function drawConfidence({ confidence }: OutgoingMessage): Block[] {
  if (confidence === undefined) return [];
  const text = `Confidence: ${confidenceInWords(confidence)}`;
  return [{ type: 'context', elements: [{ type: 'plain_text', text }] }];
}
