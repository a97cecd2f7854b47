import { expect, it } from 'vitest';
import type { Attachment, ChatEvent } from '../../../src/core/chat/chat-event.js';
import { upload } from './open-docent.js';
import { type Speaker, openSpeaker } from './open-speaker.js';

const never = new AbortController().signal;

/** A manager posts a file with a mention. */
const postedFile = (speaker: Speaker): Promise<ChatEvent> =>
  speaker.nextEvent(() =>
    speaker.manager.post(speaker.channel, {
      content: `<@${speaker.server.bot.id}>`,
      attachments: [upload('new.md', '# New')],
    }),
  );

async function read({ adapter }: Speaker, event: ChatEvent): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of adapter.download(event, event.attachments[0] as Attachment, never)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

it('a posted file that may not be read names the permission', async () => {
  const speaker = await openSpeaker();
  const event = await postedFile(speaker);
  expect(await read(speaker, event)).toBe('# New');
  speaker.guild.overwriteBot(speaker.channel, { deny: ['ReadMessageHistory'] });
  await expect(read(speaker, event)).rejects.toMatchObject({
    code: 'DOWNLOAD_FAILED',
    userMessage: expect.stringContaining('Give me View Channel and Read Message History') as string,
  });
});

it('a posted file that was deleted says so', async () => {
  const speaker = await openSpeaker();
  const event = await postedFile(speaker);
  speaker.manager.delete(speaker.channel.messages.at(-1) as Speaker['channel']['messages'][number]);
  await expect(read(speaker, event)).rejects.toMatchObject({
    code: 'DOWNLOAD_FAILED',
    userMessage: expect.stringContaining('deleted before it was read') as string,
  });
});
