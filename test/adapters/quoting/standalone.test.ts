import { describe, expect, it } from 'vitest';
import { standaloneQuestion } from '../../../src/adapters/quoting/standalone.js';

const scholarship = 'How do I apply for the scholarship?';

describe('a question in a thread', () => {
  it.each([
    ['and in the second year?', [scholarship], `${scholarship} and in the second year?`],
    ['What about the deadline?', [scholarship], `${scholarship} What about the deadline?`],
    ['How much is it?', ['What does the gym offer'], 'What does the gym offer. How much is it?'],
    ['Why?', [scholarship], `${scholarship} Why?`],
    ['the deadline?', [scholarship], `${scholarship} the deadline?`],
  ])('that goes on from the one before gets its words: %s', (question, earlier, expected) => {
    expect(standaloneQuestion(question, earlier)).toBe(expected);
  });

  it.each([
    'What should I eat before a long run?',
    'What is yoga?',
    'Who are the coaches?',
    'Can I pay the course fee in instalments?',
    '公司总部在哪里？',
  ])('that names its subject stays as it is: %s', (question) => {
    expect(standaloneQuestion(question, [scholarship])).toBe(question);
  });

  it.each(['hi', 'Thanks!', 'thank you so much', 'ok', 'Good morning all 👋'])(
    'that is small talk stays as it is: %s',
    (text) => {
      expect(standaloneQuestion(text, [scholarship])).toBe(text);
    },
  );

  it('goes back to the newest question that stands alone', () => {
    const earlier = ['Where is the gym?', scholarship, 'and for sport?'];
    expect(standaloneQuestion('How long does it take?', earlier)).toBe(
      `${scholarship} and for sport? How long does it take?`,
    );
  });

  it('stays as it is without earlier questions', () => {
    expect(standaloneQuestion('And then?', [])).toBe('And then?');
  });

  it('takes the telling words alone of a long question', () => {
    const long = `I have been with you for a year now, and because of my knees, which hurt when I run, ${'and so on '.repeat(20)} I would like to know whether swimming counts.`;
    const result = standaloneQuestion('And cycling?', [long]);
    expect(result).toMatch(/knees .*hurt .*swimming .*And cycling\?$/);
    expect(result.length).toBeLessThan(250);
  });
});
