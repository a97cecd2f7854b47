import { describe, expect, it } from 'vitest';
import { plainText, withoutEscapes } from '../../src/cli/plain-text.js';

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

  it('drops the backslashes that protect Markdown, and no other', () => {
    expect(withoutEscapes(String.raw`my\_plan\*.pdf in C:\temp`)).toBe(String.raw`my_plan*.pdf in C:\temp`);
  });
});
