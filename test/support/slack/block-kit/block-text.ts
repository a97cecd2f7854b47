import type { MessageBlock, ViewBlock } from './blocks.js';
import type { InteractiveElement } from './elements.js';
import { optionsOf } from './options-of.js';
import type { RichTextBlock, RichTextLeaf } from './rich-text.js';

type AnyBlock = MessageBlock | ViewBlock;

/** A block as people read it: buttons as `[Text]`, lines apart. */
export function blockText(block: AnyBlock): string {
  switch (block.type) {
    case 'section':
      return lines([block.text?.text, ...(block.fields ?? []).map(({ text }) => text), accessoryText(block.accessory)]);
    case 'header':
    case 'alert':
      return block.text.text;
    case 'markdown':
      return block.text;
    case 'context':
      return block.elements.map((element) => (element.type === 'image' ? element.alt_text : element.text)).join(' ');
    case 'actions':
    case 'context_actions':
      return block.elements.map(elementText).join(' ');
    case 'image':
      return lines([block.title?.text, block.alt_text]);
    case 'input':
      return lines([block.label.text, block.hint?.text, elementText(block.element)]);
    case 'rich_text':
      return richText(block);
    case 'table':
    case 'data_table':
      return block.rows
        .map((row) => row.map((cell) => (cell.type === 'rich_text' ? richText(cell) : cell.text)).join(' | '))
        .join('\n');
    case 'task_card':
      return lines([
        block.title,
        block.details && richText(block.details),
        block.output && richText(block.output),
        ...(block.sources ?? []).map(({ text, url }) => `${text} (${url})`),
      ]);
    case 'plan':
      return lines([block.title, ...(block.tasks ?? []).map(blockText)]);
    case 'card':
      return lines([
        block.title?.text,
        block.subtitle?.text,
        block.body?.text,
        ...(block.actions ?? []).map(elementText),
      ]);
    case 'carousel':
      return lines(block.elements.map(blockText));
    case 'container':
      return lines([block.title?.text, block.subtitle?.text, ...block.child_blocks.map(blockText)]);
    case 'divider':
      return '';
  }
}

/** Blocks below each other. */
export function blocksText(blocks: readonly AnyBlock[]): string {
  return lines(blocks.map(blockText));
}

function lines(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join('\n');
}

function accessoryText(accessory: Extract<AnyBlock, { type: 'section' }>['accessory']): string | undefined {
  if (accessory === undefined) return undefined;
  return accessory.type === 'image' ? accessory.alt_text : elementText(accessory);
}

function elementText(element: InteractiveElement): string {
  if (element.type === 'button' || element.type === 'icon_button') return `[${element.text.text}]`;
  if (element.type === 'feedback_buttons')
    return `[${element.positive_button.text.text}] [${element.negative_button.text.text}]`;
  return `[${(optionsOf(element) ?? []).map(({ text }) => text.text).join(' / ')}]`;
}

function richText({ elements }: RichTextBlock): string {
  return elements
    .map((part) =>
      part.type === 'rich_text_list'
        ? part.elements.map(({ elements: leaves }) => `• ${leaves.map(leafText).join('')}`).join('\n')
        : part.elements.map(leafText).join(''),
    )
    .join('\n');
}

function leafText(leaf: RichTextLeaf): string {
  switch (leaf.type) {
    case 'text':
      return leaf.text;
    case 'link':
      return leaf.text ?? leaf.url;
    case 'user':
      return `<@${leaf.user_id}>`;
    case 'usergroup':
      return `<!subteam^${leaf.usergroup_id}>`;
    case 'channel':
      return `<#${leaf.channel_id}>`;
    case 'broadcast':
      return `<!${leaf.range}>`;
    case 'emoji':
      return `:${leaf.name}:`;
  }
}
