import { describe, expect, it } from 'vitest';
import chroma from '../../../src/adapters/chroma/plugin.js';
import type { Engines } from '../../../src/core/plugin.js';
import { createFakeClock } from '../../support/fake-clock.js';
import { freePort } from '../../support/free-port.js';
import { silentLogger } from '../../support/silent-logger.js';
import { coach, makeEntries, nearest, space } from './knowledge.js';
import { settingsFrom } from './subject.js';

/** The plugin's index, for a server that is not there. */
async function openPlugin(protocol: 'http' | 'https') {
  const created = await chroma.create?.({
    settings: settingsFrom({ CHROMA_URL: `${protocol}://127.0.0.1:${await freePort()}` }),
    chosenFor: ['vectorIndex'],
    engines: {} as Engines,
    clock: createFakeClock(),
    logger: silentLogger,
    dataFolder: '/nowhere',
  });
  const vectorIndex = created?.engines?.vectorIndex;
  if (vectorIndex === undefined) throw new Error('the plugin gave no index');
  return vectorIndex;
}

describe('the Chroma plugin', () => {
  it('starts without its server, and says what is missing when it is needed', async () => {
    const index = await openPlugin('http');
    const away = { code: 'ENGINE_UNAVAILABLE', retryable: true };
    await expect(nearest(index)).rejects.toMatchObject(away);
    await expect(index.upsert(coach, space, makeEntries(1))).rejects.toMatchObject(away);
    expect(await index.health(new AbortController().signal)).toMatchObject({
      state: 'unhealthy',
      detail: expect.stringContaining('cannot be reached') as string,
      fix: 'Start it, or correct CHROMA_URL.',
    });
  });

  it('thinks of the certificate where TLS is used', async () => {
    const index = await openPlugin('https');
    expect(await index.health(new AbortController().signal)).toMatchObject({
      fix: expect.stringContaining('NODE_EXTRA_CA_CERTS') as string,
    });
  });
});
