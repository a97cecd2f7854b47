import { blocksText } from './block-kit/block-text.js';
import type { MessageBlock } from './block-kit/blocks.js';
import { mentionsOf } from './block-kit/mentions.js';
import type { RichTextLeaf } from './block-kit/rich-text.js';
import type { World } from './state.js';
import type { Channel, Message } from './world.js';

/** What a new message is made of. */
export type NewMessage = Pick<Message, 'userId' | 'text'> &
  Partial<
    Pick<Message, 'threadTs' | 'botId' | 'blocks' | 'metadata' | 'fileIds' | 'unfurlLinks' | 'unfurlMedia' | 'stream'>
  >;

/** Keeps a new message of a channel. */
export function addMessage(world: World, channel: Channel, made: NewMessage): Message {
  const message: Message = {
    teamId: channel.teamId,
    channelId: channel.id,
    ts: world.ids.ts(),
    userId: made.userId,
    ...(made.threadTs === undefined ? {} : { threadTs: made.threadTs }),
    ...(made.botId === undefined ? {} : { botId: made.botId }),
    text: made.text,
    blocks: withBlockIds(world, made.blocks ?? []),
    metadata: made.metadata,
    fileIds: made.fileIds ?? [],
    unfurlLinks: made.unfurlLinks,
    unfurlMedia: made.unfurlMedia,
    isEdited: false,
    stream: made.stream,
    reactions: new Map(),
    texts: [],
  };
  channel.messages.set(message.ts, message);
  message.texts.push(visibleText(message));
  return message;
}

/** Changes what a message says. */
export function reviseMessage(world: World, message: Message, text: string, blocks: readonly MessageBlock[]): void {
  Object.assign(message, { text, blocks: withBlockIds(world, blocks) });
  message.texts.push(visibleText(message));
}

/** What people read of a message: its blocks, or its text where there are none. */
export function visibleText({ text, blocks }: Pick<Message, 'text' | 'blocks'>): string {
  return blocks.length === 0 ? text : blocksText(blocks);
}

/** Slack names every block that the app does not. */
export function withBlockIds<Block extends { block_id?: string | undefined }>(
  world: World,
  blocks: readonly Block[],
): Block[] {
  return blocks.map((block) => ({ ...block, block_id: block.block_id ?? world.ids.next('b') }));
}

/** Records whom a message of the app rings at. */
export function recordPings(world: World, channelId: string, text: string, blocks: readonly MessageBlock[]): void {
  for (const target of mentionsOf(text, blocks)) world.pings.push({ channelId, target, text });
}

/** A person's text as the composer makes blocks of it. */
export function composedBlocks(text: string): MessageBlock[] {
  if (text === '') return [];
  const leaves = text.split(/(<@[UW][A-Z0-9]+>)/).flatMap((part): RichTextLeaf[] => {
    const userId = /^<@(\w+)>$/.exec(part)?.[1];
    if (userId !== undefined) return [{ type: 'user', user_id: userId }];
    return part === '' ? [] : [{ type: 'text', text: part }];
  });
  return [{ type: 'rich_text', elements: [{ type: 'rich_text_section', elements: leaves }] }];
}

/** The messages of a thread behind its root. */
export function repliesOf(channel: Channel, threadTs: string): Message[] {
  return [...channel.messages.values()].filter((message) => message.threadTs === threadTs && message.ts !== threadTs);
}
