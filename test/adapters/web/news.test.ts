import { expect, it } from 'vitest';
import { type News, createTellPages } from '../../../src/adapters/web/news.js';
import { creatorIdSchema } from '../../../src/core/ids.js';
import { settle } from '../../support/fake-clock.js';
import { createRecordingLogger } from '../../support/recording-logger.js';

const coach = creatorIdSchema.parse('coach');

it('says once that news reach no other process, until they do again', async () => {
  let isAway = true;
  const logger = createRecordingLogger();
  const shown: News[] = [];
  const tellPages = createTellPages({
    coordinator: {
      async publish() {
        if (isAway) throw new Error('away');
      },
    },
    logger,
    showHere: (_creatorId, news) => shown.push(news),
  });
  const tell = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n += 1) tellPages(coach, { type: 'thread', threadId: `${n}` });
    await settle();
  };
  await tell(5);
  isAway = false;
  await tell(5);
  isAway = true;
  await tell(2);
  expect(shown).toHaveLength(7);
  expect(logger.lines.map(({ event, fields }) => [event, fields])).toEqual([
    ['news.lost', {}],
    ['news.published-again', { lost: 5 }],
    ['news.lost', {}],
  ]);
});
