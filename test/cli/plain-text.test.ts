import { describe, expect, it } from 'vitest';
import { drawMarkdown, plainText } from '../../src/cli/plain-text.js';

describe('plain text for a terminal', () => {
  it.each([
    { what: 'colours', text: 'a\u001B[31mred\u001B[0m', plain: 'ared' },
    { what: 'moves of the cursor', text: 'a\u001B[2A\u001B[Kb', plain: 'ab' },
    { what: 'writes to the clipboard', text: 'a\u001B]52;c;cm0gLXJm\u0007b', plain: 'ab' },
    { what: 'escape characters of eight bits', text: 'a\u009B31mb', plain: 'ab' },
    { what: 'returns that overwrite the line', text: 'safe\rgone', plain: 'safegone' },
    { what: 'marks that turn the direction', text: 'a\u202Efdp.exe', plain: 'afdp.exe' },
  ])('takes out $what', ({ text, plain }) => {
    expect(plainText(text)).toBe(plain);
  });

  it('keeps every escape character out, also when a sequence comes in two parts', () => {
    expect(plainText('a\u001B') + plainText('[31mb')).toBe('a[31mb');
  });

  it('keeps lines, tabs and letters of every script', () => {
    const text = 'Zeile\n\tπ — 日本語 العربية 👩‍🏫';
    expect(plainText(text)).toBe(text);
  });
});

describe('Markdown on a terminal', () => {
  it.each([
    { what: 'drops the backslashes that protect names', markdown: String.raw`my\_plan\*.pdf`, drawn: 'my_plan*.pdf' },
    { what: 'keeps other backslashes', markdown: String.raw`C:\temp`, drawn: String.raw`C:\temp` },
    { what: 'draws strong words', markdown: '- **two\\_years**: yes', drawn: '- <two_years>: yes' },
    { what: 'leaves out other emphasis', markdown: '*Reference: 12*', drawn: 'Reference: 12' },
    { what: 'keeps code as it is', markdown: '`a **b**` and\n```\n\\*\n```', drawn: '`a **b**` and\n```\n\\*\n```' },
    { what: 'keeps lone stars', markdown: '2 * 3\n* item', drawn: '2 * 3\n* item' },
  ])('$what', ({ markdown, drawn }) => {
    expect(drawMarkdown(markdown, (text) => `<${text}>`)).toBe(drawn);
  });
});
