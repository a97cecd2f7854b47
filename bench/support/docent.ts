import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { startDocent } from '../../src/core/app.js';
import type { ChatAddress, ChatEvent } from '../../src/core/chat/chat-event.js';
import { type CreatorId, creatorIdSchema, eventIdSchema } from '../../src/core/ids.js';
import type { DocumentRecord } from '../../src/core/ingest/document-record.js';
import { planStart } from '../../src/core/plan.js';
import type { ReplyStatus } from '../../src/core/ports/chat-adapter.js';
import type { Services } from '../../src/core/services.js';
import { systemClock } from '../../src/core/system-clock.js';
import { builtInCommands, builtInPlugins, builtInReports } from '../../src/plugins.js';
import { PLATFORM, type Settled, createPlatform } from './platform.js';

/** A Docent in this process, with the platform of the benchmarks. */
export interface BenchDocent {
  readonly services: Services;
  /** Asks in a thread of its own, in the channel that is linked to the creator. */
  ask(question: string, creatorId?: CreatorId): Promise<Settled>;
  /** Posts files, at most 25; resolves when all of them can be asked about by their words, or were refused. */
  ingest(
    paths: readonly string[],
    options?: { readonly creatorId?: CreatorId; onStatus?(status: ReplyStatus): void },
  ): Promise<Settled>;
  /** Resolves to the creator's documents when each has all its vectors. @throws Error that names those that were refused. */
  learned(creatorId?: CreatorId): Promise<readonly DocumentRecord[]>;
  stop(): Promise<void>;
}

/** The creator of all documents, unless a section makes more. */
export const CREATOR = creatorIdSchema.parse('coach');

const PAGE = 1_000;
const LOOK_AGAIN_MS = 10;

/** Starts it in a folder and links a channel to each creator. @throws Error with the plan's problems. */
export async function openDocent(options: {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly creators?: readonly CreatorId[];
}): Promise<BenchDocent> {
  const platform = createPlatform();
  const environment = {
    DOCENT_DATA_FOLDER: options.folder,
    DOCENT_WEB: 'false',
    DOCENT_LOG_LEVEL: 'error',
    DOCENT_QUESTIONS_PER_MINUTE: '10000',
    ...options.environment,
  };
  const plugins = [...builtInPlugins, platform.plugin];
  const planned = planStart({ plugins, environment, commands: builtInCommands, reports: builtInReports });
  if ('problems' in planned) throw new Error(planned.problems.map(({ problem }) => problem).join('\n'));
  const docent = await startDocent(planned.plan, { clock: systemClock, folder: options.folder });
  const { services } = docent;
  for (const creatorId of options.creators ?? [CREATOR])
    await services.links.link(addressOf(creatorId), { creatorId, wholeWorkspace: false, ingestion: 'members' });
  const run = randomUUID();
  let events = 0;
  const nextEvent = (creatorId: CreatorId, text: string): ChatEvent => {
    const id = `event-${run}-${(events += 1)}`;
    return {
      id: eventIdSchema.parse(id),
      address: { ...addressOf(creatorId), threadId: id },
      author: { memberId: 'member', displayName: 'Member', isBot: false, role: 'manager' },
      receivedAt: Date.now(),
      attachments: [],
      body: { kind: 'message', text, mentionsDocent: true, mentionsOthers: false },
      replyContext: null,
    };
  };
  return {
    services,
    ask: (question, creatorId = CREATOR) => platform.post(nextEvent(creatorId, question)),
    ingest(paths, { creatorId = CREATOR, onStatus } = {}) {
      const attachments = paths.map((path) => ({ name: basename(path), sizeBytes: null, reference: path }));
      return platform.post({ ...nextEvent(creatorId, ''), attachments }, onStatus);
    },
    async learned(creatorId = CREATOR) {
      for (;;) {
        const records = await services.documents.list(creatorId, { limit: PAGE });
        const refused = records.flatMap(({ name, failure }) =>
          failure === null ? [] : [`${name}: ${failure.userMessage}`],
        );
        if (refused.length > 0) throw new Error(refused.join('\n'));
        if (records.every(({ status }) => status === 'ready')) return records;
        await wait(LOOK_AGAIN_MS);
      }
    },
    stop: () => docent.stop(0),
  };
}

function addressOf(creatorId: CreatorId): ChatAddress {
  return { platform: PLATFORM, workspaceId: 'workspace', channelId: creatorId, threadId: null, isDirect: false };
}
