import { describe, expect, it } from 'vitest';
import { canonicalName, familyName, isSameModel } from '../../../src/adapters/ollama/model-name.js';
import { halves, meanOf } from '../../../src/adapters/ollama/overflow.js';
import { serverOf } from '../../../src/adapters/ollama/server-address.js';
import { createThoughtFilter } from '../../../src/adapters/ollama/thought-filter.js';
import { settingsOf } from './open-ollama.js';

describe("the server's address", () => {
  it.each([
    [{}, 'http://127.0.0.1:11434'],
    [{ host: '0.0.0.0' }, 'http://127.0.0.1:11434'],
    [{ host: '0.0.0.0:8080' }, 'http://127.0.0.1:8080'],
    [{ host: ':8080' }, 'http://127.0.0.1:8080'],
    [{ host: '[::]:8080' }, 'http://[::1]:8080'],
    [{ host: 'gpu-box' }, 'http://gpu-box:11434'],
    [{ host: 'gpu-box:80' }, 'http://gpu-box'],
    [{ host: 'http://gpu-box' }, 'http://gpu-box'],
    [{ host: 'https://gpu-box/ollama/' }, 'https://gpu-box/ollama'],
    [{ host: 'gpu-box', url: 'https://other:8443' }, 'https://other:8443'],
  ])('of %j is %s', (settings, url) => {
    expect(serverOf(settings)).toEqual({ url, headers: {} });
  });

  it('gives its user and password to a header', () => {
    expect(serverOf({ url: 'https://me:p%40ss@box' })).toEqual({
      url: 'https://box',
      headers: { authorization: `Basic ${btoa('me:p@ss')}` },
    });
  });

  it.each(['ftp://box', 'http://', 'http://box:port', 'http://me:%zz@box'])(
    'may not be %s, and the problem names no password',
    (address) => {
      expect(() => settingsOf({ OLLAMA_URL: address })).toThrow(/^OLLAMA_URL is wrong: it must be an address/);
      expect(() => settingsOf({ OLLAMA_URL: address })).not.toThrow(/%zz/);
    },
  );
});

describe('the settings', () => {
  it.each([
    ['30m', '30m'],
    ['1h30m', '1h30m'],
    ['-1', -1],
    ['3600', 3_600],
  ])('take %s as the time a model stays in memory', (text, keepAlive) => {
    expect(settingsOf({ OLLAMA_KEEP_ALIVE: text }).keepAlive).toBe(keepAlive);
  });

  it('refuse a duration that Ollama would not take', () => {
    expect(() => settingsOf({ OLLAMA_KEEP_ALIVE: 'half an hour' })).toThrow(/it must be a duration/);
  });
});

describe("a model's name", () => {
  it.each([
    ['mistral', 'mistral:latest'],
    ['Mistral:Latest', 'mistral:latest'],
    ['library/mistral', 'mistral:latest'],
    ['registry.ollama.ai/library/mistral:7b', 'mistral:7b'],
    ['someone/mistral', 'someone/mistral:latest'],
    ['hf.co:443/someone/model', 'hf.co:443/someone/model:latest'],
  ])('%s is %s', (name, canonical) => {
    expect(canonicalName(name)).toBe(canonical);
  });

  it('without a tag is the latest, and no other', () => {
    expect(isSameModel('mistral', 'mistral:latest')).toBe(true);
    expect(isSameModel('mistral', 'mistral:7b')).toBe(false);
    expect(familyName('someone/qwen3:8b')).toBe('qwen3');
  });
});

describe('the thought filter', () => {
  const filtered = (text: string, size: number, startsInside = false, isCut = false): string => {
    const filter = createThoughtFilter(startsInside);
    let shown = '';
    for (let at = 0; at < text.length; at += size) shown += filter.push(text.slice(at, at + size));
    return shown + filter.end(isCut);
  };

  it.each([1, 2, 3, 5, 7, 100])('takes thoughts out that come in pieces of %i characters', (size) => {
    expect(filtered('\n<think>\nHm, a < b.</thin\n</think>\n\nAn answer.', size).trim()).toBe('An answer.');
    expect(filtered('<think></think><think>Once more.</think>An answer.', size)).toBe('An answer.');
    expect(filtered('A thought.</think>An answer.', size, true)).toBe('An answer.');
  });

  it.each([1, 4, 100])('leaves an answer as it is that speaks of the tag, in pieces of %i characters', (size) => {
    const answer = 'Write <think> before a thought; 1 < 2 </thin>k.';
    expect(filtered(answer, size)).toBe(answer);
  });

  it('shows nothing of a thought that does not end', () => {
    expect(filtered('<think>So long', 3)).toBe('');
    expect(filtered('<thi', 2)).toBe('<thi');
  });

  it('shows a text that seemed to begin within a thought and ends without one, unless it was cut', () => {
    expect(filtered('An answer, whole.', 3, true)).toBe('An answer, whole.');
    expect(filtered('A thought that took too', 3, true, true)).toBe('');
  });

  it('notices the end of a thought that never began', () => {
    const filter = createThoughtFilter(false);
    filter.push('A thought. </thi');
    expect(filter.leaked).toBe(false);
    filter.push('nk> An answer.');
    expect(filter.leaked).toBe(true);
  });
});

describe('a text that is too long', () => {
  it.each([
    ['two words', ['two', ' words']],
    ['aaaa bbbbbbbbbbbb', ['aaaa', ' bbbbbbbbbbbb']],
    ['abcdef', ['abc', 'def']],
    ['a😀', ['a', '😀']],
    ['😀😀😀', ['😀😀', '😀']],
  ])('is halved: %j', (text, expected) => {
    expect(halves(text)).toEqual(expected);
  });

  it.each(['', 'a', '😀'])('is not halved below a character: %j', (text) => {
    expect(halves(text)).toBeUndefined();
  });

  it('gets a mean of unit length, by the length of its parts', () => {
    const mean = meanOf([Float32Array.of(1, 0), Float32Array.of(0, 1)], [3, 1]);
    expect(Math.hypot(...mean)).toBeCloseTo(1, 6);
    expect(mean[0]).toBeCloseTo((mean[1] ?? 0) * 3, 5);
    expect(meanOf([Float32Array.of(1, 0), Float32Array.of(-1, 0)], [1, 1])).toEqual(Float32Array.of(1, 0));
  });
});
