import { escapeMarkdown, escapeMentions, stripUnseen } from '../../../core/chat/escape.js';
import type { OutgoingMessage } from '../../../core/chat/outgoing-message.js';
import { confidenceInWords, progressBar, renderSources } from '../../../core/chat/render-answer.js';
import { splitText } from '../../../core/chat/split-text.js';
import type { ReplyStatus } from '../../../core/ports/chat-adapter.js';
import { componentsOf } from './components.js';
import { toDiscordMarkdown } from './discord-markdown.js';
import { type MessageBody, textBody } from './message-body.js';
import { passageText } from './passage.js';

/** @see https://discord.com/developers/docs/resources/message#create-message */
const MAX_CHARACTERS = 2_000;

/** How a message is drawn. */
export interface RenderOptions {
  /** Stands before the text. */
  readonly prefix: string;
  /** The command behind a button for a further question; null for none. */
  readonly followUpCommand: string | null;
}

/** A whole message, in as many of Discord's as it takes; buttons and pictures are on the last one. Nothing is cut. */
export function renderFinal(message: OutgoingMessage, { prefix, followUpCommand }: RenderOptions): MessageBody[] {
  const text = [
    prefix + toDiscordMarkdown(passageText(message) ?? message.text),
    toDiscordMarkdown(renderSources(message.sources)),
    smallPrint(message),
  ]
    .filter((part) => part.trim() !== '')
    .join('\n\n');
  const parts = splitText(text, MAX_CHARACTERS);
  // Discord takes no message without content.
  const bodies = (parts.length === 0 ? ['Done.'] : parts).map(textBody);
  const last = bodies.at(-1) ?? textBody('Done.');
  return [
    ...bodies.slice(0, -1),
    {
      ...last,
      components: componentsOf(message, followUpCommand),
      files: (message.pictures ?? []).map(({ fileName, altText, base64 }) => ({
        name: fileName,
        data: Buffer.from(base64, 'base64'),
        description: altText,
      })),
    },
  ];
}

/** What was written so far. */
export function renderStream(text: string, prefix: string): MessageBody[] {
  return splitText(`${prefix}${toDiscordMarkdown(text)} ▌`, MAX_CHARACTERS).map(textBody);
}

/** What is being done. */
export function renderStatus({ text, progress }: ReplyStatus, prefix: string): MessageBody[] {
  const bar = progress === undefined ? '' : `\n${progressBar(progress)}`;
  const shown = escapeMentions(escapeMarkdown(stripUnseen(text)));
  return splitText(`${prefix}*${shown}…*${bar}`, MAX_CHARACTERS).map(textBody);
}

function smallPrint({ confidence, footnote }: OutgoingMessage): string {
  const parts = [
    ...(confidence === undefined ? [] : [`Confidence: ${confidenceInWords(confidence)}`]),
    ...(footnote === undefined ? [] : [toDiscordMarkdown(footnote)]),
  ];
  return parts.length === 0 ? '' : `-# ${parts.join(' · ')}`;
}
