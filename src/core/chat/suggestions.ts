import type { CreatorId } from '../ids.js';
import type { DocumentRegistry } from '../ingest/document-registry.js';
import type { ChatHost } from '../ports/chat-adapter.js';
import type { Clock } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';
import { withStoreDeadline } from '../store-deadline.js';
import { mayRun } from './access.js';
import type { ChatEvent } from './chat-event.js';
import { type Suggestible, describeInput } from './command-input.js';
import type { CommandDefinition } from './command.js';
import type { CreatorLinks } from './creator-links.js';
import type { DirectRooms } from './direct-rooms.js';
import type { Rooms } from './room.js';

/** What suggestions are made from. */
export interface SuggestionsOptions {
  readonly commands: readonly CommandDefinition[];
  readonly rooms: Rooms;
  readonly directRooms: Pick<DirectRooms, 'all' | 'decides'>;
  readonly links: Pick<CreatorLinks, 'ofPlatform'>;
  readonly documents: Pick<DocumentRegistry, 'active'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

const MAX_SUGGESTIONS = 25;
/** Discord drops what comes later than three seconds after a key was pressed. */
const SUGGEST_TIMEOUT_MS = 2_000;

/** Names what may be meant: what begins like the typed text first, then what holds it. */
export function createSuggestions(options: SuggestionsOptions): ChatHost['suggest'] {
  const { commands, rooms, directRooms, links, documents, clock, logger } = options;

  async function documentNames(creatorId: CreatorId | undefined): Promise<string[]> {
    if (creatorId === undefined) return [];
    return [...(await documents.active(creatorId)).values()].map(({ name }) => name);
  }

  async function creatorNames(event: ChatEvent, signal: AbortSignal): Promise<string[]> {
    if (directRooms.decides(event)) return (await directRooms.all(event, signal)).map(({ creatorId }) => creatorId);
    const { platform, workspaceId } = event.address;
    const linked = await links.ofPlatform(platform);
    return linked.filter((link) => link.workspaceId === workspaceId).map(({ creatorId }) => creatorId);
  }

  async function namesFor(event: ChatEvent, suggests: Suggestible, signal: AbortSignal): Promise<string[]> {
    return suggests === 'creators' ? creatorNames(event, signal) : documentNames((await rooms.of(event)).creatorId);
  }

  async function suggest(event: ChatEvent, field: string, typed: string, signal: AbortSignal): Promise<string[]> {
    const { body } = event;
    const command = body.kind === 'command' ? commands.find(({ name }) => name === body.name) : undefined;
    if (command === undefined) return [];
    const suggests = describeInput(command).find(({ name }) => name === field)?.suggests;
    if (suggests === undefined) return [];
    const room = await rooms.of(event);
    if (!mayRun(command, room.role ?? event.author.role, room.link)) return [];
    return bestMatches(await namesFor(event, suggests, signal), typed);
  }

  return async (event, field, typed) => {
    try {
      return await withStoreDeadline({ clock, timeoutMs: SUGGEST_TIMEOUT_MS }, (signal) =>
        suggest(event, field, typed, signal),
      );
    } catch (error) {
      logger.warn('suggest.failed', { platform: event.address.platform, field }, error);
      return [];
    }
  };
}

function bestMatches(names: readonly string[], typed: string): string[] {
  const wanted = fold(typed);
  const matches = [...new Set(names)]
    .map((name) => ({ name, at: fold(name).indexOf(wanted) }))
    .filter(({ at }) => at >= 0)
    .toSorted((one, other) => Number(one.at > 0) - Number(other.at > 0) || one.name.localeCompare(other.name));
  return matches.slice(0, MAX_SUGGESTIONS).map(({ name }) => name);
}

function fold(text: string): string {
  return text.trim().normalize('NFKC').toLowerCase();
}
