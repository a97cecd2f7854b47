import { describe, expect, it } from 'vitest';
import { takeCommonOptions, takePaths } from '../../src/cli/arguments.js';

describe('the options of every command', () => {
  it.each([
    {
      args: ['--creator', 'coach', 'How', 'long?'],
      taken: { creatorId: 'coach', asJson: false, words: ['How', 'long?'] },
    },
    { args: ['How', '--creator=coach', '--json'], taken: { creatorId: 'coach', asJson: true, words: ['How'] } },
    { args: ['--thread', 'plan', 'hm'], taken: { thread: 'plan', asJson: false, words: ['hm'] } },
    { args: ['hm', '--', '--json'], taken: { asJson: false, words: ['hm', '--', '--json'] } },
  ])('are taken out of $args', ({ args, taken }) => {
    expect(takeCommonOptions(args, [])).toEqual(taken);
  });

  it('leave the options of a command to it', () => {
    expect(takeCommonOptions(['--days', '3'], ['--days'])).toEqual({ asJson: false, words: ['--days', '3'] });
  });

  it('are left to a command that has one of that name', () => {
    expect(takeCommonOptions(['--creator', 'coach'], ['--creator'])).toEqual({
      asJson: false,
      words: ['--creator', 'coach'],
    });
  });

  it.each([
    { args: ['--creator'], what: 'a missing value' },
    { args: ['How', '--creatr', 'coach'], what: 'an option that nobody has' },
    { args: ['--creator', 'My Coach'], what: 'a name that no creator can have' },
  ])('are refused for $what', ({ args }) => {
    expect(() => takeCommonOptions(args, [])).toThrow(expect.objectContaining({ code: 'COMMAND_INPUT' }));
  });
});

describe('the files of a command', () => {
  const fields = [
    { option: '--replace', isFlag: true },
    { option: '--label', isFlag: false },
  ];

  it.each([
    { words: ['a.pdf', 'b'], paths: ['a.pdf', 'b'], options: [] },
    { words: ['--replace', 'a.pdf'], paths: ['a.pdf'], options: ['--replace'] },
    { words: ['--label', 'year 2', 'a.pdf'], paths: ['a.pdf'], options: ['--label', 'year 2'] },
    { words: ['--label=x', 'a.pdf', '--', '--odd.pdf'], paths: ['a.pdf', '--odd.pdf'], options: ['--label=x'] },
  ])('are told from its options in $words', ({ words, paths, options }) => {
    expect(takePaths(words, fields)).toEqual({ paths, options });
  });
});
