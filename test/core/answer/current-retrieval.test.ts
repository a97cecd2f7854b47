import { describe, expect, it } from 'vitest';
import { retrieveCurrent } from '../../../src/core/answer/current-retrieval.js';
import type { ReplyStatus } from '../../../src/core/ports/chat-adapter.js';
import type { Knowledge } from '../../../src/core/replica/knowledge.js';
import { documentIdOf } from '../../../src/core/ids.js';
import { openRoom } from '../../support/answering-room.js';
import { coach } from '../../support/embedded-core.js';
import { silentLogger } from '../../support/silent-logger.js';

/** The handbook, asked about refunds; `prepare` stands for what other processes do while the question is answered. */
async function openQuestion(prepare: Knowledge['prepare']) {
  const { core } = await openRoom();
  const statuses: ReplyStatus[] = [];
  const { signal } = new AbortController();
  return {
    core,
    statuses,
    replace: async (text: string) => {
      await core.post('handbook.md', `# Money\n${text}`);
      await core.settleWork();
    },
    remove: () => core.ingestion.forget(coach, documentIdOf(coach, 'handbook.md')),
    async retrieve(): Promise<string[]> {
      const { found } = await retrieveCurrent(
        { ...core.engines, clock: core.clock, logger: silentLogger, registry: core.registry, prepare },
        { creatorId: coach, question: 'When are refunds paid?', signal },
        { status: async (status) => void statuses.push(status) },
      );
      return found.ranked.map(({ chunk }) => chunk.text);
    },
  };
}

describe('retrieval while a document is replaced or removed', () => {
  it('finds the new version when the old one goes in the middle', async () => {
    let prepared = 0;
    const question = await openQuestion(async () => {
      prepared += 1;
      if (prepared === 1) await question.replace('Refunds are paid within twenty days.');
    });
    expect(await question.retrieve()).toEqual(['Refunds are paid within twenty days.']);
    expect(prepared).toBe(2);
  });

  it('finds nothing of a document that is removed in the middle, and searches what is left', async () => {
    const active: number[] = [];
    const question = await openQuestion(async () => {
      active.push((await question.core.registry.active(coach)).size);
      if (active.length === 1) await question.remove();
    });
    expect(await question.retrieve()).toEqual([]);
    expect(active).toEqual([1, 0]);
  });

  it('looks a bounded number of times, however often it is replaced', async () => {
    let prepared = 0;
    const question = await openQuestion(async () => {
      prepared += 1;
      await question.replace(`Refunds are paid within ${prepared} days.`);
    });
    await question.retrieve();
    expect(prepared).toBe(3);
  });

  it('looks once when nothing is replaced', async () => {
    let prepared = 0;
    const question = await openQuestion(async () => {
      prepared += 1;
    });
    expect((await question.retrieve())[0]).toContain('within ten days');
    expect(prepared).toBe(1);
  });

  it('tells who waits how far the search index is', async () => {
    const { retrieve, statuses } = await openQuestion(async (_creatorId, { onBuild }) => {
      onBuild({ done: 500, total: 2_000 });
    });
    await retrieve();
    expect(statuses).toEqual([{ text: 'Preparing the search index', progress: { done: 500, total: 2_000 } }]);
  });
});
