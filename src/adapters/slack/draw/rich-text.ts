import type { types } from '@slack/bolt';
import { type Token, type Tokens, lexer } from 'marked';
import { escapeMentions, stripUnseen } from '../../../core/chat/escape.js';
import type { Block } from './slack-markup.js';

type Inline = types.RichTextText | types.RichTextLink;
type Style = NonNullable<types.RichTextText['style']>;
type Part = types.RichTextBlockElement;

/**
 * Markdown as rich text, for forms and the home tab: their blocks read no Markdown. Raw HTML and images show as they are
 * written.
 */
export function drawRichText(markdown: string): Block[] {
  const elements = lexer(escapeMentions(stripUnseen(markdown))).flatMap(blockParts);
  return elements.length === 0 ? [] : [{ type: 'rich_text', elements }];
}

function blockParts(token: Token): Part[] {
  switch (token.type) {
    case 'space':
    case 'hr':
      return [];
    case 'code':
      return [{ type: 'rich_text_preformatted', elements: [textOf((token as Tokens.Code).text)] }];
    case 'blockquote':
      return [{ type: 'rich_text_quote', elements: inlines((token as Tokens.Blockquote).tokens) }];
    case 'list':
      return [listPart(token as Tokens.List)];
    case 'heading':
      return [section([...inlines((token as Tokens.Heading).tokens, { bold: true }), textOf('\n')])];
    default: {
      const { tokens } = token as Tokens.Paragraph;
      return [section([...(tokens === undefined ? [textOf(token.raw)] : inlines(tokens)), textOf('\n')])];
    }
  }
}

function listPart({ items, ordered }: Tokens.List): types.RichTextList {
  return {
    type: 'rich_text_list',
    style: ordered ? 'ordered' : 'bullet',
    elements: items.map(({ tokens }) => section(inlines(tokens))),
  };
}

function section(elements: Inline[]): types.RichTextSection {
  return { type: 'rich_text_section', elements };
}

/** The text of tokens, with the style around it. */
function inlines(tokens: readonly Token[] = [], style: Style = {}): Inline[] {
  return tokens.flatMap((token): Inline[] => {
    const inside = (more: Style = {}): Inline[] => inlines(childrenOf(token), { ...style, ...more });
    switch (token.type) {
      case 'strong':
        return inside({ bold: true });
      case 'em':
        return inside({ italic: true });
      case 'del':
        return inside({ strike: true });
      case 'codespan':
        return [textOf((token as Tokens.Codespan).text, { ...style, code: true })];
      case 'br':
        return [textOf('\n', style)];
      case 'link':
        return [{ type: 'link', url: (token as Tokens.Link).href, text: (token as Tokens.Link).text }];
      default:
        return childrenOf(token) === undefined ? [textOf(plain(token), style)] : inside();
    }
  });
}

function childrenOf(token: Token): Token[] | undefined {
  return (token as { tokens?: Token[] }).tokens;
}

function plain(token: Token): string {
  const { text } = token as { text?: unknown };
  return typeof text === 'string' ? text : token.raw;
}

/** Slack refuses a text without characters. */
function textOf(text: string, style: Style = {}): types.RichTextText {
  const hasStyle = Object.keys(style).length > 0;
  return { type: 'text', text: text === '' ? ' ' : text, ...(hasStyle ? { style } : {}) };
}

/** A quote with marked words. @param marks ranges in UTF-16 code units, in order, the end exclusive */
export function drawQuote(text: string, marks: readonly (readonly [number, number])[]): Block {
  const elements: types.RichTextText[] = [];
  let at = 0;
  const add = (to: number, style: Style = {}): void => {
    if (to > at) elements.push(textOf(stripUnseen(text.slice(at, to)), style));
    at = Math.max(at, to);
  };
  for (const [from, to] of marks) {
    add(Math.min(from, text.length));
    add(Math.min(to, text.length), { bold: true });
  }
  add(text.length);
  return {
    type: 'rich_text',
    elements: [{ type: 'rich_text_quote', elements: elements.length > 0 ? elements : [textOf('')] }],
  };
}
