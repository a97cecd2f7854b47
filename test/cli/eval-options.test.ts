import { describe, expect, it } from 'vitest';
import { evalHelp } from '../../src/cli/eval-help.js';
import { readEvalOptions } from '../../src/cli/eval-options.js';
import { defaultTuning, tuningSchema } from '../../src/core/tuning.js';

describe('the arguments of an evaluation', () => {
  it('are a data set, with the default values for all else', () => {
    const { dataset, settings, against, unit, writesAnswers, asJson } = readEvalOptions(['squad.json']);
    expect({ dataset, against, unit, writesAnswers, asJson }).toEqual({
      dataset: 'squad.json',
      against: undefined,
      unit: 'paragraph',
      writesAnswers: true,
      asJson: false,
    });
    expect(settings).toEqual({ written: [], tuning: defaultTuning, environment: {} });
  });

  it('tell settings of Docent from values of the search', () => {
    const { settings } = readEvalOptions([
      'squad.json',
      '--set',
      'keywordWeight=0.4',
      '--set=mergeNeighbours=false',
      '--set',
      'DOCENT_MAX_PASSAGES=8',
    ]);
    expect(settings.tuning).toEqual({ ...defaultTuning, keywordWeight: 0.4, mergeNeighbours: false });
    expect(settings.environment).toEqual({ DOCENT_MAX_PASSAGES: '8' });
  });

  it('compare with a file, with the defaults, or with other values', () => {
    expect(readEvalOptions(['a', '--against', 'before.json']).against).toEqual({ file: 'before.json' });
    expect(readEvalOptions(['a', '--against', 'defaults']).against).toMatchObject({ tuning: defaultTuning });
    expect(readEvalOptions(['a', '--against', 'stemming=none']).against).toMatchObject({
      tuning: { stemming: 'none' },
    });
  });

  it.each([
    [[], /Name one data set/],
    [['a', 'b'], /Name one data set/],
    [['a', '--sett', 'b=1'], /--sett.*--help/],
    [['a', '--set', 'keywordWeight'], /NAME=VALUE/],
    [['a', '--set', 'keywordWeight=2'], /keywordWeight/],
    [['a', '--set', 'weight=1'], /weight/],
    [['a', '--questions', '0'], /whole number/],
    [['a', '--against', 'x.json', '--against', 'y.json'], /one file/],
  ])('%j are refused with what is wrong', (args, message) => {
    expect(() => readEvalOptions(args)).toThrow(message);
  });
});

describe('the help of the evaluation', () => {
  it('names every value that can be set', () => {
    for (const name of Object.keys(tuningSchema.shape)) expect(evalHelp()).toMatch(new RegExp(`^  ${name} +\\S`, 'm'));
  });
});
