import { expect, it } from 'vitest';
import { DocentError } from '../../../src/core/errors.js';
import { type Observation, observeEmbedder } from '../../../src/core/telemetry/observation.js';
import { createFakeClock } from '../../support/fake-clock.js';
import { createFakeEmbedder } from '../../support/fake-embedder.js';

const options = { kind: 'document', signal: new AbortController().signal } as const;

it('an embedder is observed call by call, failures included, and is otherwise as it was', async () => {
  const clock = createFakeClock();
  const embedder = createFakeEmbedder();
  const told: Observation[] = [];
  const observed = observeEmbedder(embedder, (observation) => void told.push(observation), clock);
  const call = { kind: 'embedding', of: 'document', startedAt: clock.now(), endedAt: clock.now() };

  expect(await observed.embed(['a secret', 'another'], options)).toEqual(
    await embedder.embed(['a secret', 'another'], options),
  );
  expect(told).toEqual([{ ...call, texts: 2, space: embedder.space }]);
  expect(JSON.stringify(told)).not.toContain('secret');
  expect(observed.countTokens('two words')).toBe(embedder.countTokens('two words'));
  expect(observed.maxBatch).toBe(embedder.maxBatch);

  const away = new DocentError('EMBEDDER_UNAVAILABLE', { userMessage: 'Away.' });
  const broken = { ...embedder, embed: () => Promise.reject(away) };
  const failing = observeEmbedder(broken, (observation) => void told.push(observation), clock);
  await expect(failing.embed(['a secret'], options)).rejects.toBe(away);
  expect(told.at(-1)).toEqual({ ...call, texts: 1, code: 'EMBEDDER_UNAVAILABLE' });
});
