import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import minilm from '../../src/adapters/minilm/plugin.js';
import sqlite from '../../src/adapters/sqlite/plugin.js';
import { channelLinkCollection } from '../../src/core/chat/channel-link.js';
import { conversationIdSchema, eventIdSchema, memberKeySchema } from '../../src/core/ids.js';
import type { Engines } from '../../src/core/plugin.js';
import type { StoredMessage } from '../../src/core/ports/conversation-store.js';
import { SYSTEM_SCOPE } from '../../src/core/ports/record-store.js';
import { CREATOR, openDocent } from '../support/docent.js';
import { openEngines } from '../support/engines.js';
import { guideOf, lessonQuestion } from '../support/guide.js';
import type { SectionContext } from '../support/section.js';

const WARM_UP = 5;
const CANDIDATES = 100;
const PASSAGES = 20;
const RECENT = 10;

/**
 * The same questions, in turn, to Docent and to a second set of the embedded engines over a copy of its data, called one
 * after another with nothing around them. Both embed the question, which is most of the time.
 */
export async function run({ folder, isSmall, record }: SectionContext): Promise<void> {
  const lessons = isSmall ? 20 : 200;
  const rounds = isSmall ? 5 : 100;
  const dataFolder = join(folder, 'data');
  const filling = await openDocent({ folder: dataFolder, environment: {} });
  const guide = join(folder, 'guide.md');
  await writeFile(guide, guideOf(lessons));
  await filling.ingest([guide]);
  await filling.learned();
  await filling.stop();
  await cp(dataFolder, join(folder, 'copy'), { recursive: true, filter: (path) => !path.endsWith('.sock') });
  const docent = await openDocent({ folder: dataFolder, environment: {} });
  const byHand = await openEngines([sqlite, minilm], { dataFolder: join(folder, 'copy') });

  const ways = [
    { name: 'Docent', times: [] as number[], answer: (question: string) => docent.ask(question) },
    {
      name: 'bare calls',
      times: [] as number[],
      answer: (question: string, round: number) => answerByHand(byHand.engines, question, round),
    },
  ];
  for (let round = 0; round < WARM_UP + rounds; round += 1) {
    const question = lessonQuestion((round * 37) % lessons);
    for (const way of round % 2 === 0 ? ways : ways.toReversed()) {
      const startedAtMs = performance.now();
      await way.answer(question, round);
      if (round >= WARM_UP) way.times.push(performance.now() - startedAtMs);
    }
  }
  for (const { name, times } of ways)
    record({
      what: `question to answer, ${name}`,
      unit: 'ms',
      values: times,
      ...(name === 'Docent' ? { over: 'question to answer, bare calls' } : {}),
    });
  await byHand.stop();
  await docent.stop();
}

async function answerByHand(engines: Engines, question: string, round: number): Promise<void> {
  const { recordStore, conversationStore, embedder, vectorIndex, keywordIndex, chunkStore, metricStore } = engines;
  const conversationId = conversationIdSchema.parse(`by-hand/${round}`);
  const { signal } = new AbortController();
  await recordStore.get(channelLinkCollection, SYSTEM_SCOPE, 'by-hand');
  await conversationStore.recent(CREATOR, conversationId, RECENT);
  const [embedding = new Float32Array()] = await embedder.embed([question], { kind: 'query', signal });
  const { space } = embedder;
  const near = await vectorIndex.candidates(CREATOR, { space, embedding, limit: CANDIDATES, signal });
  const { candidates } = await keywordIndex.candidates(CREATOR, { text: question, limit: CANDIDATES, signal });
  const ids = [...new Set([...candidates, ...near].map(({ chunkId }) => chunkId))];
  const [best] = await chunkStore.get(CREATOR, ids.slice(0, PASSAGES));
  const message = (senderType: 'user' | 'ai', content: string): StoredMessage => ({
    id: eventIdSchema.parse(`by-hand-${round}-${senderType}`),
    conversationId,
    senderType,
    content,
    timestamp: Date.now(),
    memberKey: memberKeySchema.parse('member'),
    metadata: {},
  });
  await conversationStore.append(CREATOR, conversationId, {
    question: message('user', question),
    answer: message('ai', best?.text ?? ''),
  });
  await metricStore.add(CREATOR, '20260101', { detail: { answered: 1 }, rollUp: { answered: 1 } });
}
