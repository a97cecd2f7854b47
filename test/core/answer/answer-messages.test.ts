import { describe, expect, it } from 'vitest';
import { fallbackText, refusalText } from '../../../src/core/answer/answer-messages.js';
import type { ActiveDocument } from '../../../src/core/ingest/document-registry.js';

describe('passages quoted while the model is away', () => {
  it('stand there as they are written: nothing in them cites, formats, links or calls anybody', () => {
    const text = 'As shown in [2], *all* see https://example.org/a_b_c.\n\n[here](javascript:x) @everyone';
    const shown = fallbackText([{ number: 1, text, breadcrumb: '', chunks: [], similarity: null }]);
    expect(shown).toContain(String.raw`> As shown in \[2\], \*all\* see https://example.org/a_b_c.`);
    expect(shown).toContain(String.raw`> \[here\](javascript:x) @`);
    expect(shown).not.toContain('@everyone');
    expect(shown).toMatch(/\n> \[1\]$/);
  });
});

describe('a refusal', () => {
  it('names the documents as they are called', () => {
    const active = new Map([['one', { name: 'notes_of_[1].md' } as ActiveDocument]]);
    expect(refusalText('not-covered', active)).toContain(String.raw`I searched notes\_of\_\[1\].md.`);
  });
});
