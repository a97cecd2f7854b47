import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { connectTerminal } from '../../../src/adapters/terminal/terminal-client.js';
import { createTerminalAdapter } from '../../../src/adapters/terminal/terminal-adapter.js';
import { createScreen } from '../../../src/cli/screen.js';
import { createMessageView } from '../../../src/cli/show-message.js';
import { defineCommand } from '../../../src/core/chat/command.js';
import { TAKEN_OVER } from '../../../src/core/chat/taken-over.js';
import { type OutgoingMessage, notice } from '../../../src/core/chat/outgoing-message.js';
import type { ChatAdapter, ChatHost } from '../../../src/core/ports/chat-adapter.js';
import { describeChatAdapterContract } from '../../contracts/chat-adapter.contract.js';
import { createFakeClock } from '../../support/fake-clock.js';
import { eventually } from '../../support/eventually.js';
import { silentLogger } from '../../support/silent-logger.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { memoryBlobs, never, noJobs } from './open-terminal.js';

/** It counts as a change, whose outcome comes from a job, through the reply to its event. */
const askCommand = defineCommand({
  name: 'ask',
  description: 'Asks the documents.',
  input: z.object({ question: z.string().meta({ description: 'What you want to know.' }) }),
  access: 'member',
  readOnly: false,
  run: async () => notice(''),
});

/** A message as a terminal ends up with it. */
function drawn(message: OutgoingMessage): string {
  let text = '';
  const screen = createScreen({ write: (part) => (text += part) }, { write: () => {} });
  createMessageView(screen).finish(message);
  return text;
}

describeChatAdapterContract(
  'terminal',
  async (host) => {
    const socketPath = join(await temporaryFolder(), 'docent.sock');
    const events: string[] = [];
    const outcomes = new Map<string, Promise<readonly string[]>>();
    const ownHost: ChatHost = {
      ...host,
      commands: [askCommand],
      async execute(event, reply, signal) {
        await host.execute(event, reply, signal);
        events.push(event.id);
        return TAKEN_OVER;
      },
    };
    const create = (): ChatAdapter =>
      createTerminalAdapter({
        socketPath,
        blobs: memoryBlobs().blobs,
        coordinator: noJobs,
        clock: createFakeClock(),
        logger: silentLogger,
      });
    const start = async (): Promise<ChatAdapter> => {
      const started = create();
      await started.start(ownHost);
      return started;
    };
    let adapter = await start();
    onTestFinished(() => adapter.stop());
    return {
      get adapter() {
        return adapter;
      },
      async ask(text) {
        const before = events.length;
        const connection = await connectTerminal(socketPath, never);
        const run =
          connection?.run({ command: { words: ['ask', text] } }) ?? Promise.reject(new Error('nobody listens'));
        const shown = run.then(
          (message) => [drawn(message)],
          () => [],
        );
        await eventually('the host has the event', () => events.length === before + 1);
        outcomes.set(events.at(-1) ?? '', shown);
      },
      shown: async (event) => (await outcomes.get(event.id)) ?? [],
      postAddress: {
        platform: 'terminal',
        workspaceId: 'local',
        channelId: 'terminal',
        threadId: null,
        isDirect: true,
      },
      posted: async () => [],
      elsewhere: create,
      async restart() {
        await adapter.stop();
        adapter = await start();
      },
    };
  },
  { keepsMessages: false },
);
