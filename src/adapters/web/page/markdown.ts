import DOMPurify from './vendor/dompurify.js';
import { Marked, type Token } from './vendor/marked.js';

const ALLOWED_TAGS =
  'p br strong em del code pre ul ol li blockquote hr a h3 h4 h5 h6 table thead tbody tr th td span'.split(' ');
const ALLOWED_ATTRIBUTES = ['href', 'start', 'align'];
/** The page's own headings end at the second level. */
const HEADING_SHIFT = 2;

const markdown = new Marked({
  gfm: true,
  tokenizer: {
    // Markup in an answer is text that somebody wrote, and `[1]: …` is a citation: both are shown as they are.
    html: () => undefined,
    tag: () => undefined,
    def: () => undefined,
  },
  renderer: {
    heading({ tokens, depth }) {
      const tag = `h${Math.min(6, depth + HEADING_SHIFT)}`;
      return `<${tag}>${this.parser.parseInline(tokens)}</${tag}>`;
    },
    image: ({ text }) => escapeHtml(text),
    // An escaped bracket is a document's own: apart from its number it is not taken for a citation.
    text: (token) => (token.type === 'escape' && /[[\]]/.test(token.text) ? `<span>${token.text}</span>` : false),
  },
});

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** The top-level blocks of a text: while it grows, only the last ones change. */
export function blocksOf(text: string): Token[] {
  return markdown.lexer(text).filter(({ type }) => type !== 'space');
}

/** A block as DOM: pictures, markup and styles of the text never get through, links open elsewhere. */
export function renderBlock(token: Token): DocumentFragment {
  const fragment = DOMPurify.sanitize(markdown.parser([token]), {
    ALLOWED_TAGS,
    ALLOWED_ATTR: ALLOWED_ATTRIBUTES,
    ALLOWED_URI_REGEXP: /^(?:https?|mailto):/i,
    RETURN_DOM_FRAGMENT: true,
  });
  for (const link of fragment.querySelectorAll('a[href]')) {
    link.setAttribute('target', '_blank');
    link.setAttribute('rel', 'noopener noreferrer');
  }
  return fragment;
}

/** A text on one line, such as small print. */
export function renderLine(text: string): DocumentFragment {
  const fragment = document.createDocumentFragment();
  for (const block of blocksOf(text)) {
    const rendered = renderBlock(block);
    const paragraph = rendered.querySelector('p');
    if (fragment.hasChildNodes()) fragment.append(' ');
    fragment.append(...(paragraph === null ? [rendered] : paragraph.childNodes));
  }
  return fragment;
}

/** What a reader of the text sees, for places that draw no markup. */
export function withoutMarkup(text: string): string {
  return renderLine(text).textContent ?? '';
}
