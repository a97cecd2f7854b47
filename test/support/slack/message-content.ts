import type { MessageBlock } from './block-kit/blocks.js';
import { areTooLong, blockProblems } from './block-kit/rules.js';
import { SlackError } from './slack-error.js';

/** The most that `markdown_text` takes, alone and as a stream. */
export const MAX_MARKDOWN = 12_000;

/** What a call brings to say. */
interface Content {
  readonly text?: string | undefined;
  readonly blocks?: readonly MessageBlock[] | undefined;
  readonly markdown_text?: string | undefined;
  readonly attachments?: unknown;
}

/**
 * What a message says. Standard Markdown becomes a `markdown` block, as Slack makes blocks of it.
 * @throws SlackError `no_text`, `markdown_text_conflict`, `msg_too_long`, `invalid_blocks`, `msg_blocks_too_long`
 */
export function readContent(values: Content): { readonly text: string; readonly blocks: readonly MessageBlock[] } {
  const { text = '', blocks = [], markdown_text: markdown } = values;
  if (markdown !== undefined) {
    if (values.text !== undefined || values.blocks !== undefined) throw new SlackError('markdown_text_conflict');
    if (markdown === '') throw new SlackError('no_text');
    if (markdown.length > MAX_MARKDOWN) throw new SlackError('msg_too_long');
    return { text: markdown, blocks: [{ type: 'markdown', text: markdown }] };
  }
  if (text === '' && blocks.length === 0 && values.attachments === undefined) throw new SlackError('no_text');
  checkBlocks(blocks);
  return { text, blocks };
}

/** @throws SlackError `invalid_blocks`, `msg_blocks_too_long` */
export function checkBlocks(blocks: readonly MessageBlock[]): void {
  const problems = blockProblems(blocks, '/blocks');
  if (problems.length > 0) throw new SlackError('invalid_blocks', problems);
  if (areTooLong(blocks)) throw new SlackError('msg_blocks_too_long');
}
