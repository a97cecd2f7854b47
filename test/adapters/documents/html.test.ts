import { describe, expect, it } from 'vitest';
import { parser } from '../../../src/adapters/documents/html.js';
import { describeDocumentParserContract } from '../../contracts/document-parser.contract.js';
import { foreignFiles, outlineOf, parse } from './parse.js';

describeDocumentParserContract('HTML', () =>
  Promise.resolve({
    parser,
    file: {
      name: 'page.html',
      bytes: Buffer.from(
        '<!doctype html><title>T</title><h1>Rowing</h1><p>Words first.<h2>Grip</h2><ul><li>one<li>two</ul><p>Last.',
      ),
    },
    words: ['Words', 'Grip', 'one', 'two', 'Last'],
    foreign: [foreignFiles.png, foreignFiles.zip, foreignFiles.text, { ...foreignFiles.binary, name: 'data.html' }],
  }),
);

async function outline(html: string): Promise<string[]> {
  return outlineOf(await parse(parser, html));
}

describe('HTML', () => {
  it('recognises a page by its content, whatever its name', () => {
    for (const start of [
      '<!DOCTYPE html>',
      '\n<html lang="en">',
      '<?xml version="1.0"?><!doctype html>',
      '<!-- made by --><head>',
    ])
      expect(parser.recognise(Buffer.from(start), 'report.pdf')).toBe('certain');
    expect(parser.recognise(Buffer.from('<p>part of a page'), 'part.htm')).toBe('likely');
    expect(parser.recognise(Buffer.from('a < b'), 'part.txt')).toBe('no');
  });

  it('puts text under its headings', async () => {
    const html = '<p>Before<h1>One</h1><p>a<h3>Deep</h3><p>b<h2>Two</h2><p>c<h1>Other</h1>loose <b>text</b>';
    expect(await outline(html)).toEqual([
      'paragraph: Before',
      'One | paragraph: a',
      'One › Deep | paragraph: b',
      'One › Two | paragraph: c',
      'Other | paragraph: loose text',
    ]);
  });

  it('takes the sole top heading as title, else the page’s own', async () => {
    expect(await parse(parser, '<title>Site - Page</title><h1>Page</h1><p>a')).toMatchObject({
      title: 'Page',
      sections: [{ headingPath: [] }],
    });
    expect(await parse(parser, '<title>Site &amp; Page</title><h2>Part</h2><p>a')).toMatchObject({
      title: 'Site & Page',
    });
  });

  it('keeps a heading with nothing under it as text', async () => {
    expect(await outline('<h1>A</h1><h2>Call us</h2><h2>Next</h2><p>b')).toEqual([
      'paragraph: Call us',
      'Next | paragraph: b',
    ]);
  });

  it('leaves out scripts, styles, navigation, forms’ controls and hidden parts', async () => {
    const html =
      '<head><style>p{}</style><script>a()</script></head><nav>Menu</nav><div hidden>x</div><p>Text <button>Go</button>' +
      '<template><p>t</p></template><noscript>n</noscript><select><option>o</select></p><footer>f</footer><svg><text>s</text></svg>';
    expect(await outline(html)).toEqual(['paragraph: Text']);
  });

  it('reads the main part alone where there is one', async () => {
    expect(await outline('<div>Banner</div><main><p>Content</p></main><aside>Ads</aside>')).toEqual([
      'paragraph: Content',
    ]);
  });

  it('writes lists with their markers, inner ones indented', async () => {
    const html = '<ol start="3"><li>three<ul><li>inner<li>more</ul>rest</li><li><p>four</p><p>goes on</p></ol>';
    expect(await outline(html)).toEqual(['list: 3. three\n  - inner\n  - more\n  rest\n4. four goes on']);
  });

  it('writes definitions as a list', async () => {
    expect(
      await outline('<dl><dt>Bow</dt><dd>The front</dd><dt>Stern</dt><dd>The back</dd><dd>of a boat</dd></dl>'),
    ).toEqual(['list: - Bow: The front\n- Stern: The back of a boat']);
  });

  it('writes tables row by row, repeating cells that span rows', async () => {
    const html =
      '<table><caption>Boats</caption><thead><tr><th>Kind<th>Name<th>Crew</thead><tr><td rowspan=2>Scull<td>Single<td>1' +
      '<tr><td>Double<td>2<tr><td colspan=2>Both<td>3<tr><td>x<td></table>';
    expect(await outline(html)).toEqual([
      'paragraph: Boats',
      'table: Kind | Name | Crew\nScull | Single | 1\nScull | Double | 2\nBoth |  | 3\nx',
    ]);
  });

  it('reads tables that only arrange content as content', async () => {
    const html = '<table><tr><td><h2>Left</h2><p>a</p></td><td><table><tr><td>1<td>2</table></td></tr></table>';
    expect(await outline(html)).toEqual(['Left | paragraph: a', 'Left | table: 1 | 2']);
  });

  it('keeps code as written, line breaks as line breaks, and no other white space', async () => {
    expect(await outline('<pre><code>if x:\n    y()\n</code></pre><p>one<br>two   three\n four</p>')).toEqual([
      'code: if x:\n    y()',
      'paragraph: one\ntwo three four',
    ]);
  });

  it('uses the encoding that the page declares', async () => {
    const html = '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251"><p>';
    const bytes = Buffer.concat([Buffer.from(html), Buffer.from('cff0e8e2e5f2', 'hex')]);
    expect(outlineOf(await parse(parser, bytes))).toEqual(['paragraph: Привет']);
  });

  it('counts pictures that were left out', async () => {
    expect((await parse(parser, '<p>a<img src=x><img src=y>')).skipped).toEqual([
      '2 pictures were left out: text in pictures is not read.',
    ]);
  });

  it('cannot be blown up by spans', async () => {
    const html = '<table><tr><td colspan=1000000000 rowspan=1000000000>a<td>b<tr><td>c</table>';
    expect((await outline(html)).join('').length).toBeLessThan(1_000);
  });
});
