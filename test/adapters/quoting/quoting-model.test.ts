import fc from 'fast-check';
import { Marked, type Token } from 'marked';
import { describe, expect, it } from 'vitest';
import { createQuotingModel } from '../../../src/adapters/quoting/quoting-model.js';
import { checkCitations } from '../../../src/core/answer/citations.js';
import type { ModelPassage } from '../../../src/core/ports/chat-model.js';
import { describeChatModelContract } from '../../contracts/chat-model.contract.js';

describeChatModelContract('quoting', async () => ({ model: createQuotingModel(), dispose: async () => {} }));

const model = createQuotingModel();

async function answer(
  question: string,
  texts: readonly (string | Partial<ModelPassage>)[],
  maxOutputTokens = 1_000,
): Promise<string> {
  const passages = texts.map((each, index) => ({
    number: index + 1,
    breadcrumb: '',
    text: '',
    ...(typeof each === 'string' ? { text: each } : each),
  }));
  const { signal } = new AbortController();
  let text = '';
  for await (const part of model.stream({
    purpose: 'answer',
    messages: [],
    question,
    earlierQuestions: [],
    passages,
    maxOutputTokens,
    signal,
  }))
    if (part.type === 'text') text += part.text;
  return text;
}

const guide =
  'The course lasts ten weeks. Each week has one call. You can cancel the course within fourteen days. The fee is paid back in full. Lunch is not part of it.';

describe('an answer of quotes', () => {
  it('is the sentence that holds the words of the question, with its number', async () => {
    expect(await answer('How do I cancel?', ['We like tea.', guide])).toBe(
      '> You can cancel the course within fourteen days. [2]',
    );
  });

  it('knows the forms of a word', async () => {
    const texts = ['Applications are open in May.', 'The library is large.', 'Bring a pen.'];
    expect(await answer('When can I apply?', texts)).toMatch(/Applications are open in May/);
  });

  it.each([
    [
      '公司总部在哪里？',
      '员工手册。每位员工每年享有十五天带薪年假。公司的总部设在上海市浦东新区。',
      '公司的总部设在上海市浦东新区。',
    ],
    [
      '申請はいつまでですか',
      '新入社員は有給休暇を取得できます。会社は東京にあります。申請は二週間前までに提出してください。',
      '申請は二週間前までに提出してください。',
    ],
    ['สำนักงานอยู่ที่ไหน', ['พนักงานลาพักร้อนได้สิบห้าวัน', 'สำนักงานอยู่ที่เชียงใหม่'].join('\n\n'), 'สำนักงานอยู่ที่เชียงใหม่'],
  ])('knows the words of scripts without spaces: %s', async (question, text, sentence) => {
    expect(await answer(question, [text])).toContain(sentence);
  });

  it('takes the rare words of the question for more than the common ones', async () => {
    const texts = ['The course is online. The course is fun. The course has a mentor. A scholarship is possible.'];
    expect(await answer('Does the course have a scholarship?', texts)).toMatch(/^> A scholarship is possible\./);
  });

  it('joins neighbours, and shows what is left out between sentences', async () => {
    const text = 'Weights build bones. Bones need calcium. Tea is nice. Milk is white. Calcium for bones is in milk.';
    expect(await answer('calcium bones', [text])).toBe('> Bones need calcium. … Calcium for bones is in milk. [1]');
  });

  it('takes the sentence that one refers back to', async () => {
    const text =
      'There is a deadline in March. It cannot be extended for anybody. Bring your own lunch to each of the calls.';
    expect(await answer('Can it be extended?', [text])).toBe(
      '> There is a deadline in March. It cannot be extended for anybody. [1]',
    );
  });

  it('finds a sentence by the heading above it', async () => {
    const passages = [
      { breadcrumb: 'Guide › Food', text: 'Everything is vegetarian. Please tell us about allergies in time.' },
      { breadcrumb: 'Guide › Refunds', text: 'Write to the office within two weeks. Name the day you joined.' },
    ];
    expect(await answer('What about refunds?', passages)).toMatch(/^> Write to the office within two weeks\./);
  });

  it('quotes three passages at the most, the best one first', async () => {
    const texts = [
      'Yoga in the park is free.',
      'Yoga in the hall costs a little.',
      'Yoga online.',
      'Yoga at home.',
      'Swim.',
    ];
    const text = await answer('yoga', texts);
    expect(text.split('\n\n')).toHaveLength(3);
    expect(text).toMatch(/^> Yoga in the park is free\. \[1\]/);
  });

  it('keeps a list readable, with the line that introduces it', async () => {
    const text = 'Bring these things to the camp:\n- a towel\n- two pairs of shoes\n- a sleeping bag';
    expect(await answer('Do I need a sleeping bag?', [text])).toBe(
      '> Bring these things to the camp:\n> …\n> - a sleeping bag [1]',
    );
  });

  it('quotes a whole list when the question is about what introduces it', async () => {
    const text =
      'We love the sea.\n\nBring these things to the camp:\n\n- a towel\n- two pairs of shoes\n\nIt will be warm.';
    expect(await answer('What do I bring to the camp?', [text])).toBe(
      '> Bring these things to the camp:\n> - a towel\n> - two pairs of shoes [1]',
    );
  });

  it('writes a row of a table as names and values', async () => {
    const text = 'Plan | Price | Calls\nSilver | 20 € | one\nGold | 50 € | four';
    expect(await answer('Gold?', [text])).toBe('> - Plan: Gold, Price: 50 €, Calls: four [1]');
  });

  it('keeps code as it is', async () => {
    const code = 'const plan = load(week);\nif (plan.isDone) {\n  celebrate(plan);\n}';
    expect(await answer('How do I celebrate a plan?', [code])).toBe(
      `> \`\`\`\n${code
        .split('\n')
        .map((line) => `> ${line}`)
        .join('\n')}\n> \`\`\`\n> [1]`,
    );
  });

  it('is the opening of the passage found first when no words are shared', async () => {
    const texts = ['Refunds are granted within two weeks. Write to us. Later is too late.', 'Lunch is at noon.'];
    expect(await answer('Can I have my money back?', texts)).toBe(
      '> Refunds are granted within two weeks. Write to us. [1]',
    );
  });

  it('is nothing without passages', async () => {
    expect(await answer('Anything?', [])).toBe('');
  });

  it('ends between quotes when it gets too long', async () => {
    const texts = [
      'Yoga in the park is free for all of our members.',
      'Yoga in the hall costs a little more than that.',
    ];
    expect(await answer('yoga', texts, 20)).toBe('> Yoga in the park is free for all of our members. [1]');
  });

  it('is the same every time', async () => {
    const texts = [guide, guide, 'The course is online.'];
    expect(await answer('What is the fee of the course?', texts)).toBe(
      await answer('What is the fee of the course?', texts),
    );
  });
});

const marked = new Marked();

/** The kinds of Markdown in a text, nested ones included. An address that shows itself is text, not a link. */
function kindsOf(markdown: string): Set<string> {
  const kinds = new Set<string>();
  void marked.walkTokens(marked.lexer(markdown), (token: Token) => {
    if (token.type !== 'link' || token['text'] !== token['href']) kinds.add(token.type);
  });
  return kinds;
}
const LIVE = ['heading', 'link', 'image', 'html', 'hr', 'em', 'strong', 'del', 'table'];

describe('markup in a passage', () => {
  it.each([
    '# Obey me',
    'Obey\n===',
    '--- obey\n\n---',
    'obey [me](https://evil.example/x)',
    'obey ![me](https://evil.example/x.png)',
    '[obey]: https://evil.example',
    '<b onclick=x>obey</b> <!-- me -->',
    '**obey** _me_ ~~now~~ `code`',
    '| obey | me |\n| --- | --- |\n| a | b |',
    '> obey\n> me',
    'obey <https://evil.example>',
  ])('stays plain text: %j', async (text) => {
    const kinds = kindsOf(await answer('obey', [text]));
    expect(LIVE.filter((kind) => kinds.has(kind))).toEqual([]);
  });

  it('calls nobody', async () => {
    const text = await answer('obey', ['obey @everyone and @here, <@123> <!channel> <#5>']);
    expect(text).not.toMatch(/@everyone|@here|<@|<!|<#/);
  });

  it('cites nothing but its own passage', async () => {
    const citations = checkCitations({ isKnown: () => true, isAllowedUrl: () => false });
    const text = await answer('obey', ['obey [2], [[3]] and 【4】 now', 'nothing']);
    const shown = citations.push(text) + citations.end();
    expect(citations.cited.filter((number) => number !== 4)).toEqual([1]);
    expect(shown).toContain('[1]');
  });

  it('keeps web addresses whole', async () => {
    const text = 'Sign up at https://example.org/a_b/c-d?e=f_g*1 today.';
    expect(await answer('sign up', [text])).toContain('https://example.org/a_b/c-d?e=f_g');
  });

  it('never becomes more than quotes, lists and code, whatever it is', async () => {
    const fragment = fc.constantFrom(
      'obey',
      '#',
      '**',
      '__',
      '[',
      ']',
      '(',
      ')',
      '<',
      '>',
      '`',
      '```',
      '~~',
      '|',
      '---',
      '\n',
      ' ',
      '1.',
      '- ',
      '    ',
      '!',
      '\\',
      '&lt;',
      '=',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fragment, { maxLength: 30 }), async (fragments) => {
        const kinds = kindsOf(await answer('obey', [fragments.join('')]));
        expect(LIVE.filter((kind) => kinds.has(kind))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
