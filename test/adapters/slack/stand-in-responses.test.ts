import { beforeEach, describe, expect, it } from 'vitest';
import { actions, button } from '../../support/slack/block-kit/samples.js';
import { openBoltOverSocket } from '../../support/slack/open-bolt.js';
import { type SlackRoom, openSlackRoom, postBlocks } from '../../support/slack/open-room.js';

describe('a response address', () => {
  let room: SlackRoom;
  let url: string;
  beforeEach(async () => {
    room = await openSlackRoom();
    url = String(room.ada.command('/ask', '', room.channel.id).body['response_url']);
  });
  const respond = async (body: unknown, to = url): Promise<readonly [number, string]> => {
    const response = await fetch(to, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
    return [response.status, await response.text()];
  };
  const ownTexts = (): string[] => room.server.screen.ephemerals(room.ada.id).map(({ text }) => text);

  it('shows an answer to the person, or to all', async () => {
    expect(await respond({ text: 'for you' })).toEqual([200, 'ok']);
    await respond({ text: 'for all', response_type: 'in_channel', unfurl_links: false });
    expect(ownTexts()).toEqual(['for you']);
    expect(room.server.screen.channel(room.channel.id)).toMatchObject([
      { text: 'for all', isFromApp: true, unfurlLinks: false },
    ]);
  });

  it('answers five times', async () => {
    for (let use = 1; use <= 5; use += 1) expect((await respond({ text: `${use}` }))[0]).toBe(200);
    expect(await respond({ text: '6' })).toEqual([404, '{"ok":false,"error":"used_url"}']);
    expect(ownTexts()).toHaveLength(5);
  });

  it('answers for half an hour', async () => {
    await room.clock.advance(30 * 60_000);
    expect((await respond({ text: 'just' }))[0]).toBe(200);
    await room.clock.advance(1);
    expect(await respond({ text: 'late' })).toEqual([404, '{"ok":false,"error":"expired_url"}']);
    expect(await respond({ text: 'a' }, `${room.server.url}/response/R1`)).toEqual([
      404,
      '{"ok":false,"error":"no_such_url"}',
    ]);
  });

  it.each([
    ['JSON that is none', '{', 400, 'invalid_payload'],
    ['a field that there is not', { text: 'a', colour: 'red' }, 404, 'invalid_payload'],
    ['blocks that are wrong', { blocks: [{ type: 'heading' }] }, 400, 'invalid_blocks'],
    ['nothing', {}, 404, 'no_text'],
  ])('refuses %s', async (_what, body, status, error) => {
    expect(await respond(body)).toEqual([status, JSON.stringify({ ok: false, error })]);
    expect(room.server.violations).toMatchObject([{ where: 'response_url', error }]);
    expect(ownTexts()).toEqual([]);
  });

  it('replaces and deletes the message that was used, an ephemeral one too', async () => {
    const { client, channel, ada, server } = room;
    const blocks = [actions(button({ action_id: 'go' }))];
    await client.apiCall('chat.postEphemeral', { channel: channel.id, user: ada.id, text: 'a', blocks });
    const [shown] = server.screen.ephemerals(ada.id);
    const pressed = ada.use({ channelId: channel.id, ts: shown?.ts ?? '' }, { actionId: 'go' });
    expect(pressed.body).toMatchObject({ container: { is_ephemeral: true } });
    expect(pressed.body).not.toHaveProperty('message');
    const address = String(pressed.body['response_url']);
    await respond({ text: 'b', replace_original: true }, address);
    expect(ownTexts()).toEqual(['b']);
    await respond({ delete_original: true }, address);
    expect(ownTexts()).toEqual([]);
    const ts = await postBlocks(room, blocks);
    const message = ada.use({ channelId: channel.id, ts: ts }, { actionId: 'go' });
    await respond({ delete_original: true }, String(message.body['response_url']));
    expect(server.screen.channel(channel.id)).toEqual([]);
    expect(server.deliveries.at(-1)?.body['event']).toMatchObject({ subtype: 'message_deleted', deleted_ts: ts });
  });

  it('is noted for whom its answers ring at', async () => {
    await respond({ text: '<!here>', response_type: 'in_channel' });
    expect(room.server.pings).toEqual([{ channelId: room.channel.id, target: 'here', text: '<!here>' }]);
  });
});

describe("a command's acknowledgement", () => {
  it('shows a message, or a word of Slack when that is wrong', async () => {
    const room = await openSlackRoom();
    const { server, ada, channel } = room;
    const replies: object[] = [
      { text: 'All', response_type: 'in_channel' },
      { text: 'a', blocks: [{ type: 'heading' }] },
    ];
    const app = await openBoltOverSocket(room);
    app.command('/ask', async ({ ack }) => ack(replies.shift() as never));
    await ada.command('/ask', '', channel.id).settled;
    expect(server.screen.channel(channel.id)).toMatchObject([{ text: 'All' }]);
    await ada.command('/ask', '', channel.id).settled;
    expect(server.screen.notices(ada.id)).toEqual(['/ask failed with the error "dispatch_failed"']);
    expect(server.violations).toMatchObject([{ where: 'delivery', error: 'invalid_blocks' }]);
  });
});
