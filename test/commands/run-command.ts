import { readInput } from '../../src/core/chat/command-input.js';
import type { CommandDefinition, CommandOutcome } from '../../src/core/chat/command.js';
import { type ChatEvent, memberKeyOf } from '../../src/core/chat/chat-event.js';
import { unseenReply } from '../../src/core/chat/guarded-reply.js';
import type { OutgoingMessage } from '../../src/core/chat/outgoing-message.js';
import { DocentError } from '../../src/core/errors.js';
import type { ReplyStatus } from '../../src/core/ports/chat-adapter.js';
import { creatorIdSchema } from '../../src/core/ids.js';
import type { JsonValue } from '../../src/core/json.js';
import type { Services } from '../../src/core/services.js';
import { type EmbeddedCore, makeEvent, openEmbeddedCore } from '../support/embedded-core.js';
import { createFakeChatAdapter } from '../support/fake-chat-adapter.js';
import { silentLogger } from '../support/silent-logger.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { createTestServices } from '../support/test-services.js';

export interface RunOptions {
  readonly role?: ChatEvent['author']['role'];
  readonly creator?: string;
  readonly member?: string;
  readonly id?: string;
  readonly workspace?: string;
  readonly files?: ChatEvent['attachments'];
  readonly onStatus?: (status: ReplyStatus) => void;
}

/** The core over embedded stores, with commands run as the dispatcher runs them once access is checked. */
export async function openCommands(given: Partial<Services> = {}) {
  const core: EmbeddedCore = await openEmbeddedCore(await temporaryFolder());
  const { engines, clock, ingestion, registry } = core;
  const adapter = createFakeChatAdapter();
  const services = createTestServices({
    engines,
    clock,
    ingestion,
    documents: registry,
    download: (event, attachment, signal) => adapter.download(event, attachment, signal),
    ...given,
  });

  async function run(
    command: CommandDefinition,
    input: Record<string, JsonValue> = {},
    options: RunOptions = {},
  ): Promise<CommandOutcome> {
    const { role = 'manager', creator = 'coach', member = 'member', workspace = 'w' } = options;
    const base = makeEvent({ id: options.id ?? 'event', creator, receivedAt: clock.now() });
    const event: ChatEvent = {
      ...base,
      address: { ...base.address, workspaceId: workspace },
      author: { ...base.author, memberId: member, role },
      attachments: [...(options.files ?? [])],
      body: { kind: 'command', name: command.name, input },
    };
    return command.run({
      creatorId: creatorIdSchema.parse(creator),
      event,
      memberKey: memberKeyOf(event),
      role,
      input: readInput(command, input),
      reply: { ...unseenReply, status: async (status) => options.onStatus?.(status) },
      services,
      signal: new AbortController().signal,
      logger: silentLogger,
    });
  }

  return {
    ...core,
    adapter,
    services,
    run,
    /** Runs a command that ends in a message. */
    async say(...parameters: Parameters<typeof run>): Promise<OutgoingMessage> {
      const outcome = await run(...parameters);
      if (outcome === 'deferred') throw new Error('the command left its reply to a job');
      return outcome;
    },
    /** Runs a command that fails, and gives its error. */
    async failure(...parameters: Parameters<typeof run>): Promise<DocentError> {
      try {
        await run(...parameters);
      } catch (error) {
        if (error instanceof DocentError) return error;
        throw error;
      }
      throw new Error('the command did not fail');
    },
  };
}
