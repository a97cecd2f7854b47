import { describe, expect, it } from 'vitest';
import { notice } from '../../../src/core/chat/outgoing-message.js';
import { eventually } from '../../support/eventually.js';
import { type LoggedLine, createRecordingLogger } from '../../support/recording-logger.js';
import { type Speaker, openSpeaker } from './open-speaker.js';

const never = new AbortController().signal;
const HOUR_MS = 3_600_000;

/** Lines at error level that name a setting, in a field or in the error they come with. */
function naming(lines: readonly LoggedLine[], setting: RegExp): readonly LoggedLine[] {
  const textOf = ({ fields, error }: LoggedLine): string => `${JSON.stringify(fields)} ${String(error)}`;
  return lines.filter((line) => line.level === 'error' && setting.test(textOf(line)));
}

async function openRefusable(options: Parameters<typeof openSpeaker>[0] = {}) {
  const logger = createRecordingLogger();
  const speaker = await openSpeaker({ ...options, logger });
  return { ...speaker, lines: logger.lines };
}

const noSessionIsOpen = ({ server }: Speaker): Promise<void> =>
  eventually('no session is open', () => server.gateway.sessions.every(({ isConnected }) => !isConnected));

/** An hour with people who write, in which nothing may be asked of Discord. */
async function expectSilence(speaker: Speaker): Promise<void> {
  const { server, clock, channel, member } = speaker;
  const asked = (): number[] => [server.requests.length, server.gateway.identifies, server.gateway.resumes];
  const before = asked();
  for (let minutes = 0; minutes < 60; minutes += 10) {
    member.post(channel, `<@${server.bot.id}> When are refunds paid?`);
    member.useCommand(channel, 'help');
    await clock.advance(HOUR_MS / 6);
  }
  expect(asked()).toEqual(before);
}

describe('Discord that refuses Docent for good', () => {
  it('because of its token, found by a call, is told of once, and asked nothing any more', async () => {
    const speaker = await openRefusable();
    const { server, adapter, host, lines, channel, guild } = speaker;
    const event = await speaker.mention();
    const other = await speaker.mention();
    server.resetToken('another');
    const say = async (about: typeof event): Promise<unknown> =>
      (await adapter.openReply(about, never)).finish(notice('Hello.'));
    await expect(say(event)).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
    await noSessionIsOpen(speaker);
    await expectSilence(speaker);

    const asked = server.requests.length;
    const address = { platform: 'discord', workspaceId: guild.id, channelId: channel.id };
    await expect(say(other)).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
    await expect(
      adapter.post({ ...address, threadId: null, isDirect: false }, notice('Hello.'), { key: 'a', signal: never }),
    ).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
    expect(server.requests).toHaveLength(asked);

    const word = /DISCORD_TOKEN.*Developer Portal \(your app → Bot → Reset Token\)/;
    expect(naming(lines, word)).toHaveLength(1);
    expect(naming(lines, /DISCORD_TOKEN/)).toHaveLength(1);
    expect(await adapter.health(never)).toMatchObject({
      state: 'unhealthy',
      fix: expect.stringMatching(word) as string,
    });
    expect(host.failures.map(({ userMessage }) => userMessage)).toEqual([expect.stringMatching(word)]);
  });

  it.each([
    [4_004, /DISCORD_TOKEN.*Developer Portal \(your app → Bot → Reset Token\)/],
    [4_013, /\(4013\).*DISCORD_API_URL/],
    [4_014, /Message Content Intent.*Developer Portal \(your app → Bot → .*DISCORD_MESSAGE_CONTENT=false/],
  ])('by closing its connection with %i, is told of once, and not connected to again', async (code, word) => {
    const speaker = await openRefusable({ server: { shards: 2 } });
    const { server, adapter, host, lines } = speaker;
    server.gateway.closeConnections(code, 0);
    await eventually('the host knows', () => host.failures.length > 0);
    await noSessionIsOpen(speaker);
    await expectSilence(speaker);
    expect(naming(lines, word)).toHaveLength(1);
    expect(lines.filter(({ level }) => level === 'error')).toHaveLength(1);
    expect(await adapter.health(never)).toMatchObject({
      state: 'unhealthy',
      fix: expect.stringMatching(word) as string,
    });
    expect(host.failures.map(({ userMessage }) => userMessage)).toEqual([expect.stringMatching(word)]);
  });

  it('takes what is being answered where only the connection is refused, and nothing where the token is', async () => {
    const open = async (code: number) => {
      const speaker = await openRefusable();
      const event = await speaker.mention();
      const reply = await speaker.adapter.openReply(event, never);
      speaker.server.gateway.closeConnections(code);
      await eventually('the host knows', () => speaker.host.failures.length > 0);
      return { reply, asked: () => speaker.server.requests.filter(({ method }) => method === 'POST').length };
    };
    const connected = await open(4_014);
    expect((await connected.reply.finish(notice('Within ten days.'))).messageIds).toHaveLength(1);
    const refused = await open(4_004);
    const asked = refused.asked();
    await expect(refused.reply.finish(notice('Within ten days.'))).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
    expect(refused.asked()).toBe(asked);
  });

  it('in the process of one shard ends them all', async () => {
    const speaker = await openRefusable({ server: { shards: 2 }, settings: { shardsInProcess: 1 } });
    const { server, host, lines } = speaker;
    server.gateway.closeConnections(4_014, 1);
    await eventually('the host knows', () => host.failures.length > 0);
    await noSessionIsOpen(speaker);
    await expectSilence(speaker);
    expect(naming(lines, /DISCORD_MESSAGE_CONTENT=false/)).toHaveLength(1);
    expect(host.failures).toHaveLength(1);
  });
});
