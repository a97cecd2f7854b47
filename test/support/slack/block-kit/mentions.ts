import { blockText } from './block-text.js';
import type { MessageBlock } from './blocks.js';

const MENTION =
  /<(?:!(?<broadcast>channel|here|everyone)|@(?<user>[UW][A-Z0-9]+)|!subteam\^(?<group>S[A-Z0-9]+))(?:\|[^>]*)?>/g;

/** Whom a text in Slack's markup rings at: `channel`, `here`, `everyone`, ids of users and user groups. */
export function mentionsIn(text: string): string[] {
  return [...text.matchAll(MENTION)].flatMap(
    ({ groups }) => groups?.['broadcast'] ?? groups?.['user'] ?? groups?.['group'] ?? [],
  );
}

/** The same for a message: its text, or where it has blocks, theirs; plain text objects ring at nobody. */
export function mentionsOf(text: string, blocks: readonly MessageBlock[]): string[] {
  const texts = blocks.length === 0 ? [text] : [text, ...blocks.map((block) => blockText(withoutPlainText(block)))];
  return [...new Set(texts.flatMap(mentionsIn))];
}

function withoutPlainText(block: MessageBlock): MessageBlock {
  return JSON.parse(
    JSON.stringify(block, (_key, value: unknown) =>
      typeof value === 'object' && value !== null && 'type' in value && value.type === 'plain_text'
        ? { ...value, text: '' }
        : value,
    ),
  ) as MessageBlock;
}
