import { expect, it } from 'vitest';
import { createIntake } from '../../../src/adapters/discord/events/intake.js';
import { createRecordingChatHost } from '../../contracts/recording-chat-host.js';
import { makeEvent } from '../../support/embedded-core.js';
import { createRecordingLogger } from '../../support/recording-logger.js';

it('an event that is being answered is told no failure to note it', async () => {
  const logger = createRecordingLogger();
  const intake = createIntake({
    host: createRecordingChatHost(),
    replies: {
      async open() {
        throw new Error('a second reply is opened');
      },
      async stop() {},
    },
    async onAccepted() {
      throw new Error('the record is unreadable');
    },
    signal: new AbortController().signal,
    logger,
  });
  await intake.accept(makeEvent(), true);
  expect(logger.lines.map(({ event }) => event)).toEqual(['discord.event-not-noted']);
});
