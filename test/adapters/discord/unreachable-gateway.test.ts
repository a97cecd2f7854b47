import { describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { createRecordingLogger } from '../../support/recording-logger.js';
import { openSpeaker } from './open-speaker.js';

describe('a gateway that takes no connection for a while', () => {
  it('is told of once in the log, however often it is tried, and again when it happens again', async () => {
    const logger = createRecordingLogger();
    const { gateway } = (await openSpeaker({ logger })).server;
    const told = () =>
      logger.lines.map(({ event }) => event).filter((event) => /^discord\.shard-(?:failed|reconnecting)$/.test(event));
    for (const times of [1, 2]) {
      const before = { refusals: gateway.refusals, resumes: gateway.resumes };
      gateway.isDown = true;
      gateway.cutConnections();
      await eventually('it was tried again and again', () => gateway.refusals >= before.refusals + 3);
      gateway.isDown = false;
      await eventually('it resumed', () => gateway.resumes > before.resumes);
      await eventually('that is told', () => logger.lines.at(-1)?.event === 'discord.shard-resumed');
      expect(told().toSorted()).toEqual([
        ...Array.from({ length: times }, () => 'discord.shard-failed'),
        ...Array.from({ length: times }, () => 'discord.shard-reconnecting'),
      ]);
    }
  });
});
