import { Lexer } from 'marked';
import { describe, expect, it } from 'vitest';
import { errorMessage } from '../../../src/core/chat/error-message.js';
import { stripUnseen } from '../../../src/core/chat/escape.js';
import { DocentError } from '../../../src/core/errors.js';

describe('an error as people see it', () => {
  it('shows what it names as it is written: a name formats, links and calls nobody', () => {
    const userMessage = '"**@everyone** [x](y) <@123> a_b_c `d`.pdf" holds no text.';
    const { text } = errorMessage(new DocentError('DOCUMENT_EMPTY', { userMessage }), 'abc');
    const [says = ''] = text.split('\n\n');
    const tokens = Lexer.lexInline(says);
    expect(tokens.map(({ type }) => type).filter((type) => type !== 'text' && type !== 'escape')).toEqual([]);
    expect(stripUnseen(tokens.map((token) => ('text' in token ? String(token.text) : '')).join(''))).toBe(userMessage);
    expect(says).not.toMatch(/@everyone|<@/);
  });
});
