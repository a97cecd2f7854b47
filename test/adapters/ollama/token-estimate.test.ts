import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { estimateTokens } from '../../../src/adapters/ollama/token-estimate.js';
import { chunkDocument } from '../../../src/core/ingest/chunking.js';
import { countTokens } from '../../support/ollama/tokens.js';
import { createAdapter } from './open-ollama.js';

const texts: readonly (readonly [string, string])[] = [
  ['English', readFileSync('README.md', 'utf8')],
  ['code', readFileSync('src/core/ingest/ingestion.ts', 'utf8')],
  ['JSON', readFileSync('package-lock.json', 'utf8').slice(0, 30_000)],
  [
    'German',
    'Rückerstattungen werden innerhalb von dreißig Tagen nach Eingang des schriftlichen Antrags überwiesen; maßgeblich ist der Poststempel der Donaudampfschifffahrtsgesellschaft. '.repeat(
      20,
    ),
  ],
  [
    'Polish',
    'Zwroty pieniędzy są wypłacane w ciągu trzydziestu dni od otrzymania pisemnego wniosku. Szkoła nie przyjmuje żadnych wyjątków. '.repeat(
      20,
    ),
  ],
  ['Russian', 'Возврат денег производится в течение тридцати дней после получения письменного заявления. '.repeat(20)],
  ['Chinese', '退款将在收到书面申请后三十天内支付。学校不接受任何例外情况，除非董事会另有决定。'.repeat(30)],
  ['Japanese', '返金は書面による申請を受け取ってから三十日以内に支払われます。'.repeat(30)],
  ['Korean', '환불은 서면 신청서를 받은 날로부터 삼십일 이내에 지급됩니다. '.repeat(30)],
  ['Arabic', 'يتم دفع المبالغ المستردة خلال ثلاثين يومًا من استلام الطلب الكتابي. '.repeat(20)],
  ['Hindi', 'लिखित आवेदन प्राप्त होने के तीस दिनों के भीतर धनवापसी का भुगतान किया जाता है। '.repeat(20)],
  [
    'addresses',
    'https://example.com/a/b/c?utm_source=newsletter&id=8f3a9c2e-77aa-4b1d-9d3e-1f2a3b4c5d6e&token=eyJhbGciOiJIUzI1NiJ9 '.repeat(
      20,
    ),
  ],
  ['Base64', Buffer.from(Array.from({ length: 3_000 }, (_value, index) => (index * 7_919) % 256)).toString('base64')],
  ['emoji', '😀👩‍👩‍👧🏳️‍🌈 great 🎉🎉 '.repeat(60)],
  ['numbers', Array.from({ length: 500 }, (_value, index) => (index * 7_919) / 13).join(', ')],
  ['punctuation', '!?;'.repeat(500)],
];

describe('the token estimate', () => {
  it.each(texts)('never lets a chunk of %s exceed what the smallest model sees', (_name, text) => {
    const { embedder } = createAdapter('http://127.0.0.1:1', { environment: { OLLAMA_EMBED_MODEL: 'all-minilm' } });
    const chunks = [
      ...chunkDocument(
        {
          title: null,
          sections: [{ headingPath: ['Chapter'], page: null, blocks: [{ kind: 'paragraph', text }] }],
          pageCount: null,
          skipped: [],
        },
        { title: 'A document', maxTokens: embedder.maxTokens - 2, countTokens: (part) => embedder.countTokens(part) },
      ),
    ];
    expect(chunks.length).toBeGreaterThan(1);
    const longest = Math.max(...chunks.map((chunk) => countTokens(`${chunk.breadcrumb}\n${chunk.text}`)));
    expect(longest).toBeLessThanOrEqual(254);
  });

  it('of English is at the most twice the tokens', () => {
    const [, english = ''] = texts[0] ?? [];
    expect(estimateTokens(english)).toBeLessThan(2 * countTokens(english));
  });

  it('of nothing is nothing', () => {
    expect(estimateTokens('')).toBe(0);
    expect(estimateTokens(' ')).toBe(0);
  });
});
