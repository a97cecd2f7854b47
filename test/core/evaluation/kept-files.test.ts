import { appendFile, readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openOutcomeLog, removeOutcomeLog } from '../../../src/core/evaluation/outcome-log.js';
import type { QuestionOutcome } from '../../../src/core/evaluation/question-outcome.js';
import { cacheVectors } from '../../../src/core/evaluation/vector-cache.js';
import { createFakeEmbedder } from '../../support/fake-embedder.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const { signal } = new AbortController();

const outcome = (id: string): QuestionOutcome => ({
  id,
  kind: '',
  isAnswerable: true,
  retrieval: { ndcgAt10: 1, recallAt5: 1, recallAt20: 1, reciprocalRank: 1 },
  strength: 1.2,
  isEnough: true,
  isInContext: true,
  answer: null,
  stagesMs: { write: 1.5 },
});

describe('the log of a run', () => {
  it('gives what an earlier run left, without the line that a kill cut off', async () => {
    const path = join(await temporaryFolder(), 'runs', 'log.jsonl');
    const first = await openOutcomeLog(path);
    await first.append(outcome('a'));
    await first.append(outcome('b'));
    await first.close();
    await appendFile(path, JSON.stringify(outcome('c')).slice(0, 40));

    const second = await openOutcomeLog(path);
    expect([...second.known.values()]).toEqual([outcome('a'), outcome('b')]);
    await second.append(outcome('c'));
    await second.close();
    const third = await openOutcomeLog(path);
    expect([...third.known.keys()]).toEqual(['a', 'b', 'c']);
    await third.close();
  });

  it('begins anew once it is removed', async () => {
    const path = join(await temporaryFolder(), 'log.jsonl');
    const log = await openOutcomeLog(path);
    await log.append(outcome('a'));
    await log.close();
    await removeOutcomeLog(path);
    await removeOutcomeLog(path);
    const again = await openOutcomeLog(path);
    expect(again.known.size).toBe(0);
    await again.close();
  });
});

describe('the kept vectors', () => {
  async function open(folder: string) {
    const embedder = createFakeEmbedder();
    const asked: string[] = [];
    const counting = {
      ...embedder,
      async embed(...[texts, options]: Parameters<typeof embedder.embed>) {
        asked.push(...texts);
        return embedder.embed(texts, options);
      },
    };
    const cached = await cacheVectors(counting, { folder, signal });
    asked.length = 0;
    return { ...cached, asked, direct: embedder };
  }

  it('are those of the embedder, and made once, also in the next process', async () => {
    const folder = await temporaryFolder();
    const first = await open(folder);
    const texts = ['rowing boats', 'rowing boats', 'lighthouses'];
    const expected = await first.direct.embed(texts, { kind: 'document', signal });
    expect(await first.embedder.embed(texts, { kind: 'document', signal })).toEqual(expected);
    expect(await first.embedder.embed(texts, { kind: 'document', signal })).toEqual(expected);
    expect(first.asked).toHaveLength(3);
    await first.close();

    const second = await open(folder);
    const more = await second.embedder.embed(['fog', ...texts], { kind: 'document', signal });
    expect(more.slice(1)).toEqual(expected);
    expect(second.asked).toEqual(['fog']);
    await second.close();
  });

  it('tell a question from a document of the same words', async () => {
    const { embedder, asked, close } = await open(await temporaryFolder());
    await embedder.embed(['fog'], { kind: 'document', signal });
    await embedder.embed(['fog'], { kind: 'query', signal });
    expect(asked).toEqual(['fog', 'fog']);
    await close();
  });

  it('do without the vector that a kill cut off', async () => {
    const folder = await temporaryFolder();
    const first = await open(folder);
    await first.embedder.embed(['fog', 'wind'], { kind: 'document', signal });
    await first.close();
    const [name = ''] = await import('node:fs').then(({ readdirSync }) => readdirSync(folder));
    const path = join(folder, name);
    await truncate(path, (await readFile(path)).length - 3);

    const second = await open(folder);
    const again = await second.embedder.embed(['fog', 'wind'], { kind: 'document', signal });
    expect(again).toEqual(await second.direct.embed(['fog', 'wind'], { kind: 'document', signal }));
    expect(second.asked).toEqual(['wind']);
    await second.close();
  });
});
