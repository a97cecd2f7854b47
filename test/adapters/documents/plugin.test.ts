import { describe, expect, it } from 'vitest';
import plugin from '../../../src/adapters/documents/plugin.js';
import type { DocumentParser } from '../../../src/core/ports/document-parser.js';

describe('the documents plugin', () => {
  it('names a module with a parser of the same name for each format', async () => {
    const parsers = plugin.parsers ?? [];
    expect(parsers.map(({ name }) => name)).toEqual(['pdf', 'docx', 'markdown', 'html', 'csv', 'plain-text']);
    for (const { name, module } of parsers) {
      const { parser } = (await import(module.href)) as { readonly parser: DocumentParser };
      expect(parser.name).toBe(name);
    }
  });
});
