import { describe, expect, it } from 'vitest';
import { stripUnseen } from '../../../src/core/chat/escape.js';
import { describeResults } from '../../../src/core/ingest/ingest-messages.js';

describe('what the uploader sees at the end', () => {
  it('shows names as they are written, in the reason for a refusal too', () => {
    const name = '**@everyone** [x](y) <@123>';
    const { text } = describeResults([
      { name, outcome: 'failed', code: 'DOCUMENT_EMPTY', userMessage: `"${name}" holds no text.` },
    ]);
    const [, reason = ''] = text.split('was not added. ');
    expect(stripUnseen(reason)).toBe(String.raw`"\*\*@everyone\*\* \[x\](y) \<@123\>" holds no text.`);
    expect(reason).not.toMatch(/@everyone|<@/);
  });
});
