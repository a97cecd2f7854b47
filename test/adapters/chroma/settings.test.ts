import { describe, expect, it } from 'vitest';
import { chromaSettingsSchema } from '../../../src/adapters/chroma/settings.js';
import { readSettings } from '../../../src/core/settings.js';
import { settingsFrom } from './subject.js';

describe('the settings of Chroma', () => {
  it('lead to a server on this machine when nothing is set', () => {
    expect(settingsFrom({})).toEqual({
      url: 'http://127.0.0.1:8000',
      tenant: 'default_tenant',
      database: 'default_database',
      tokenHeader: 'authorization',
      timeoutSeconds: 5,
    });
  });

  it.each(['http://chroma:8000', 'https://chroma.example.org', 'http://[::1]:8000/', 'HTTP://10.0.0.1'])(
    'take the address %s',
    (url) => {
      expect(settingsFrom({ CHROMA_URL: url }).url).toBe(url);
    },
  );

  it.each([
    ['an address without a protocol', { CHROMA_URL: 'chroma:8000' }, 'CHROMA_URL'],
    ['an address of another protocol', { CHROMA_URL: 'redis://chroma:8000' }, 'CHROMA_URL'],
    ['an address with a path', { CHROMA_URL: 'http://chroma:8000/api' }, 'CHROMA_URL'],
    ['an address with a password', { CHROMA_URL: 'http://me:hidden@chroma:8000' }, 'CHROMA_URL'],
    ['a token that is no header', { CHROMA_TOKEN: 'hidden\nx: y' }, 'CHROMA_TOKEN'],
    ['a token header of another name', { CHROMA_TOKEN_HEADER: 'x-token' }, 'CHROMA_TOKEN_HEADER'],
    ['a user without a password', { CHROMA_USERNAME: 'me' }, 'CHROMA_PASSWORD'],
    ['a user with a colon', { CHROMA_USERNAME: 'me:too', CHROMA_PASSWORD: 'hidden' }, 'CHROMA_USERNAME'],
    [
      'a token and a user',
      { CHROMA_TOKEN: 'hidden', CHROMA_USERNAME: 'me', CHROMA_PASSWORD: 'hidden' },
      'CHROMA_TOKEN',
    ],
    ['a similarity in percent', { CHROMA_MIN_SIMILARITY: '70' }, 'CHROMA_MIN_SIMILARITY'],
  ])('refuse %s, without repeating a secret', (_title, environment, variable) => {
    const result = readSettings(chromaSettingsSchema, environment);
    expect(result).toMatchObject({ problems: [{ env: variable }] });
    expect(JSON.stringify(result)).not.toContain('hidden');
  });
});
