import type { OutgoingMessage, Source } from '../core/chat/outgoing-message.js';
import type { Screen } from './screen.js';

/** Shows an answer as it comes, and what became of it. */
export interface MessageView {
  /** Streamed text, where somebody watches. */
  append(text: string): void;
  /** The final message: what is not on the screen yet. */
  finish(message: OutgoingMessage): void;
}

/** Draws one reply on the screen; results can be piped, because streaming is for people alone. */
export function createMessageView(screen: Screen): MessageView {
  let streamed = '';
  return {
    append(text) {
      if (!screen.isInteractive) return;
      screen.write(text);
      streamed += text;
    },
    finish(message) {
      if (streamed !== '' && message.text.startsWith(streamed)) screen.write(message.text.slice(streamed.length));
      else {
        if (streamed !== '') screen.write('\n\n(In place of the above:)\n\n');
        screen.writeMarkdown(message.text);
      }
      screen.write('\n');
      if (message.sources.length > 0)
        screen.write(`\nSources\n${message.sources.map((source) => `${describeSource(source)}\n`).join('')}`);
      if (message.footnote !== undefined) screen.writeMarkdown(`\n${message.footnote}\n`);
    },
  };
}

function describeSource({ number, documentName, page, headingPath }: Source): string {
  const place = [...(page === null ? [] : [`page ${page}`]), ...headingPath];
  return `[${number}] ${[documentName, ...place].join(' › ')}`;
}
