import type { types } from '@slack/bolt';
import type { OutgoingMessage } from '../../../core/chat/outgoing-message.js';
import { drawButtons } from '../draw/message-actions.js';
import { drawRichText } from '../draw/rich-text.js';
import { type Block, plainText } from '../draw/slack-markup.js';

/** One part of the home tab. */
export interface HomeSection {
  readonly title: string;
  readonly message: OutgoingMessage;
}

const MAX_BLOCKS = 100;

/** The home tab: each section under its title, with its buttons. */
export function drawHome(sections: readonly HomeSection[]): types.HomeView {
  const blocks = sections.flatMap(({ title, message }): Block[] => [
    { type: 'header', text: plainText(title, 150) },
    ...drawRichText(message.text),
    ...drawButtons(message.actions),
  ]);
  return { type: 'home', blocks: withOwnIds(blocks).slice(0, MAX_BLOCKS) };
}

/** Buttons of different sections are told apart by their blocks. */
function withOwnIds(blocks: readonly Block[]): Block[] {
  return blocks.map((block, index) => (block.type === 'actions' ? { ...block, block_id: `home.${index}` } : block));
}
