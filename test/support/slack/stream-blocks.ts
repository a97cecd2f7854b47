import { z } from 'zod';
import { textChunks } from './block-kit/agent-blocks.js';
import { type MessageBlock, messageBlock } from './block-kit/blocks.js';
import { MAX_MARKDOWN } from './message-content.js';
import { SlackError } from './slack-error.js';

/** What a stream takes (@slack/types, chunk.d.ts). */
export const chunk = z.discriminatedUnion('type', [
  ...textChunks,
  z.strictObject({ type: z.literal('blocks'), blocks: z.array(messageBlock).max(50) }),
]);
export type Chunk = z.infer<typeof chunk>;

/** What a call adds to a stream. */
interface Piece {
  readonly markdown_text?: string | undefined;
  readonly chunks?: readonly Chunk[] | undefined;
}

/** What a call adds, as chunks. @throws SlackError `markdown_text_conflict`, `msg_too_long` */
export function chunksOf({ markdown_text: markdown, chunks: given = [] }: Piece): readonly Chunk[] {
  if (markdown === undefined) return given;
  if (given.length > 0) throw new SlackError('markdown_text_conflict');
  if (markdown.length > MAX_MARKDOWN) throw new SlackError('msg_too_long');
  return markdown === '' ? [] : [{ type: 'markdown_text', text: markdown }];
}

/** The blocks that a stream shows with more chunks: text grows, a task of the same id is replaced. */
export function grown(blocks: readonly MessageBlock[], added: readonly Chunk[]): MessageBlock[] {
  const next = [...blocks];
  for (const piece of added) {
    const last = next.at(-1);
    if (piece.type === 'blocks') next.push(...piece.blocks);
    else if (piece.type === 'plan_update')
      replace(next, { type: 'plan', block_id: 'plan', title: piece.title }, 'plan');
    else if (piece.type === 'task_update') replace(next, taskBlock(piece), `task-${piece.id}`);
    else if (last?.type === 'markdown') next[next.length - 1] = { ...last, text: last.text + piece.text };
    else next.push({ type: 'markdown', text: piece.text });
  }
  return next;
}

function replace(blocks: MessageBlock[], block: MessageBlock, id: string): void {
  const at = blocks.findIndex(({ block_id: known }) => known === id);
  if (at === -1) blocks.push(block);
  else blocks[at] = block;
}

function taskBlock({
  id,
  title,
  status,
  sources,
  details,
  output,
}: Extract<Chunk, { type: 'task_update' }>): MessageBlock {
  return {
    type: 'task_card',
    block_id: `task-${id}`,
    task_id: id,
    title,
    status,
    ...(sources === undefined ? {} : { sources }),
    ...(details === undefined ? {} : { details: richText(details) }),
    ...(output === undefined ? {} : { output: richText(output) }),
  };
}

function richText(text: string): Extract<MessageBlock, { type: 'rich_text' }> {
  return { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }] };
}
