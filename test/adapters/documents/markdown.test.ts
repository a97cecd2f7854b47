import { describe, expect, it } from 'vitest';
import { parser } from '../../../src/adapters/documents/markdown.js';
import { describeDocumentParserContract } from '../../contracts/document-parser.contract.js';
import { foreignFiles, outlineOf, parse } from './parse.js';

describeDocumentParserContract('Markdown', () =>
  Promise.resolve({
    parser,
    file: {
      name: 'guide.md',
      bytes: Buffer.from('# Guide\n\nStart here.\n\n## Grip\n\n- hold\n- release\n\n| a | b |\n|---|---|\n| 1 | 2 |\n'),
    },
    words: ['Start', 'Grip', 'hold', 'release', '1 | 2'],
    foreign: [foreignFiles.png, foreignFiles.zip, foreignFiles.text, foreignFiles.binary],
  }),
);

async function outline(markdown: string): Promise<string[]> {
  return outlineOf(await parse(parser, markdown));
}

describe('Markdown', () => {
  it('reads headings, lists, tables and code', async () => {
    const markdown =
      '## Steps\n1. one\n   - inner\n2. two\n\n```js\nlet a;\n```\n\n| Boat | Crew |\n|:--|--:|\n| *Single* | 1 |\n\nUnder\n=====\n\nWords';
    expect(await outline(markdown)).toEqual([
      'Steps | list: 1. one\n  - inner\n2. two',
      'Steps | code: let a;',
      'Steps | table: Boat | Crew\nSingle | 1',
      'Under | paragraph: Words',
    ]);
  });

  it('turns marks into plain text and keeps what links say', async () => {
    const markdown =
      '**Bold** `code` [the plan](https://example.org "tip") &amp; ~~old~~ <span>new</span> ![picture](a.png)\\*';
    expect(await outline(markdown)).toEqual(['paragraph: Bold code the plan & old new *']);
  });

  it.each([
    ['---\ntitle: "The plan"\ntags: [a]\n---\n# Other\n\nText', 'The plan', ['Other | paragraph: Text']],
    ['---\r\ntitle: Logging in &amp; <em>out</em>\r\n---\r\nText', 'Logging in & out', ['paragraph: Text']],
    ['+++\ntitle = "Hugo"\n+++\n# Hugo\n\nText', 'Hugo', ['paragraph: Text']],
    ['---\ndraft: true\n---\n# Own\n\nText', 'Own', ['paragraph: Text']],
    ['# Own\n\nText\n\n---\n\nRest', 'Own', ['paragraph: Text', 'paragraph: Rest']],
  ])('takes the title from front matter, which is no text: %#', async (markdown, title, expected) => {
    const document = await parse(parser, markdown);
    expect(document.title).toBe(title);
    expect(outlineOf(document)).toEqual(expected);
  });

  it('reads HTML in the text as HTML, also where a blank line breaks it', async () => {
    const markdown =
      '<table>\n  <tr>\n    <td>a</td>\n\n    <td>b</td>\n  </tr>\n</table>\n\n<script>x()</script>\n\nText';
    expect(await outline(markdown)).toEqual(['table: a | b', 'paragraph: Text']);
  });

  it.each([
    ['Ask in {% channel "travel" %} [here]({% page "/how/" %}).', ['paragraph: Ask in travel here.']],
    ['{% alert "warning" %}\nMind the gap.\n{% endalert %}', ['paragraph: Mind the gap.']],
    ['{% comment %}\nhidden\n{% endcomment %}\nshown {{ site.url }} {{< fig >}}', ['paragraph: shown']],
    ['## Contact {#contact}\n{: .lead}\nCall us.', ['Contact | paragraph: Call us.']],
    [
      'Use `{{ name }}` and {% raw %}{{ kept }}{% endraw %}.\n\n```\n{% tag %}\n```',
      ['paragraph: Use {{ name }} and {{ kept }}.', 'code: {% tag %}'],
    ],
    [
      '<table><tr>\n  <td>Channel</td><td>\n    {% channel "travel" %}\n  </td></tr></table>',
      ['table: Channel | travel'],
    ],
  ])('leaves template tags out and the words they carry in: %#', async (markdown, expected) => {
    expect(await outline(markdown)).toEqual(expected);
  });
});
