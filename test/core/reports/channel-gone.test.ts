import { describe, expect, it } from 'vitest';
import { DocentError } from '../../../src/core/errors.js';
import { creatorIdSchema } from '../../../src/core/ids.js';
import { makeEvent } from '../../support/embedded-core.js';
import { eventually } from '../../support/eventually.js';
import { settle } from '../../support/fake-clock.js';
import { openReportsWithChannel } from '../../support/report-room.js';

const coach = creatorIdSchema.parse('coach');
const { address } = makeEvent();

describe('reports', () => {
  it('are paused when their channel is gone, which is told once in another channel', async () => {
    const { book, services, tick, adapter, posted, reports } = await openReportsWithChannel();
    await services.links.link(
      { ...address, channelId: 'talk' },
      { creatorId: coach, wholeWorkspace: false, ingestion: 'managers' },
    );
    let isGone = true;
    let posts = 0;
    adapter.onPost = () => {
      posts += 1;
      if (isGone && posts === 1)
        throw new DocentError('CHANNEL_UNAVAILABLE', { userMessage: 'The channel was deleted.' });
    };
    await tick(5_000_000);
    await posted(1);
    expect(adapter.posted[0]).toMatchObject({
      channelId: 'talk',
      message: { text: expect.stringContaining('reports channel') as string },
    });
    expect((await book.list(coach))[0]).toMatchObject({
      paused: { reason: 'channel' },
      nextAt: [],
      last: { outcome: 'failed', problem: 'The channel was deleted.' },
    });
    await tick(6_000_000);
    await settle();
    expect(adapter.posted).toHaveLength(1);

    isGone = false;
    await book.channelChanged(coach);
    expect((await book.list(coach))[0]?.paused).toBeNull();
    await tick(services.clock.now() + 1_000);
    await posted(2);
    expect(adapter.posted[1]?.channelId).toBe('admins');
    await reports.stop(0);
  });

  it('go on where another channel was chosen while the earlier one refused a post', async () => {
    const { book, services, tick, adapter, posted, clock } = await openReportsWithChannel();
    await services.links.link(
      { ...address, channelId: 'talk' },
      { creatorId: coach, wholeWorkspace: false, ingestion: 'managers' },
    );
    adapter.onPost = async () => {
      adapter.onPost = () => {};
      await clock.advance(1_000);
      await services.links.setAdminChannel(coach, { ...address, channelId: 'new' });
      await book.channelChanged(coach);
      throw new DocentError('CHANNEL_UNAVAILABLE', { userMessage: 'The channel was deleted.' });
    };
    await tick(5_000_000);
    await eventually('the failure', async () => (await book.list(coach))[0]?.last?.outcome === 'failed');
    await settle();
    expect((await book.list(coach))[0]?.paused).toBeNull();
    expect(adapter.posted).toEqual([]);
    await tick(clock.now() + 1_000);
    await posted(1);
    expect(adapter.posted[0]?.channelId).toBe('new');
  });

  it('that lost their channel are told of once the other channel can be posted to, and once after a kill', async () => {
    const { book, services, settings, tick, adapter, clock, posted } = await openReportsWithChannel();
    await services.links.link(
      { ...address, channelId: 'talk' },
      { creatorId: coach, wholeWorkspace: false, ingestion: 'managers' },
    );
    const { update } = settings;
    settings.update = async () => {
      settings.update = update;
      throw new DocentError('ENGINE_UNAVAILABLE', { userMessage: 'Redis is away.', retryable: true });
    };
    let isTalkAway = true;
    adapter.onPost = ({ channelId }) => {
      if (channelId === 'admins')
        throw new DocentError('CHANNEL_UNAVAILABLE', { userMessage: 'The channel was deleted.' });
      if (isTalkAway) throw new Error('503');
    };
    await tick(5_000_000);
    await eventually('the pause', async () => {
      await clock.advance(15_000);
      return (await book.list(coach))[0]?.paused?.reason === 'channel';
    });
    expect(adapter.posted).toEqual([]);
    expect(await book.isChannelGone(coach)).toBe(true);
    isTalkAway = false;
    await clock.advance(3_600_000);
    await posted(1);
    await clock.advance(3_600_000);
    expect(adapter.posted).toMatchObject([{ channelId: 'talk' }]);
  });

  it('that lost their channel stand as paused where nobody can be told', async () => {
    const { book, tick, adapter, logger } = await openReportsWithChannel();
    adapter.onPost = () => {
      throw new DocentError('CHANNEL_UNAVAILABLE', { userMessage: 'The channel was deleted.' });
    };
    await tick(5_000_000);
    await eventually('the log', () => logger.lines.some(({ event }) => event === 'report.nobody-told'));
    await eventually('the pause', () => book.isChannelGone(coach));
  });
});
