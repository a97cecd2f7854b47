import { beforeEach, describe, expect, it } from 'vitest';
import { forgetCommand } from '../../../src/commands/forget.js';
import { linkCommand } from '../../../src/commands/link.js';
import { useCommand } from '../../../src/commands/use.js';
import type { ChatEvent } from '../../../src/core/chat/chat-event.js';
import { createRooms } from '../../../src/core/chat/room.js';
import { createSuggestions } from '../../../src/core/chat/suggestions.js';
import { creatorIdSchema } from '../../../src/core/ids.js';
import type { ChatHost } from '../../../src/core/ports/chat-adapter.js';
import type { Services } from '../../../src/core/services.js';
import { openEmbeddedStores } from '../../support/embedded-stores.js';
import { makeEvent } from '../../support/embedded-core.js';
import { createFakeClock } from '../../support/fake-clock.js';
import { createRecordingLogger } from '../../support/recording-logger.js';
import { createTestServices } from '../../support/test-services.js';

describe('suggestions', () => {
  let services: Services;
  let suggest: ChatHost['suggest'];
  let names: readonly string[] | Error;

  beforeEach(async () => {
    names = ['Onboarding.pdf', 'board-games.md', 'leave.md'];
    const clock = createFakeClock();
    const { engines } = await openEmbeddedStores(clock);
    const documents = {
      async active() {
        if (names instanceof Error) throw names;
        return new Map(names.map((name) => [name, { name }]));
      },
    } as unknown as Services['documents'];
    const commands = [forgetCommand, linkCommand, useCommand];
    services = createTestServices({ engines, clock, commands, documents });
    suggest = createSuggestions({ ...services, rooms: createRooms(services), logger: createRecordingLogger() });
  });

  it('name documents that hold what was typed, those that begin with it first', async () => {
    expect(await suggest(typed('forget'), 'document', 'board')).toEqual(['board-games.md', 'Onboarding.pdf']);
  });

  it('name everything where nothing was typed, 25 at the most', async () => {
    names = Array.from({ length: 40 }, (_, index) => `file ${index}`);
    expect(await suggest(typed('forget'), 'document', '')).toHaveLength(25);
  });

  it('name nothing to who may not run the command', async () => {
    expect(await suggest(typed('forget', 'member'), 'document', '')).toEqual([]);
  });

  it('name nothing for fields without suggestions, and for no command', async () => {
    expect(await suggest(typed('link'), 'ingestion', '')).toEqual([]);
    expect(await suggest(typed('nothing'), 'document', '')).toEqual([]);
  });

  it('name the creators of the own workspace alone', async () => {
    const { address } = makeEvent();
    const options = { wholeWorkspace: true, ingestion: 'managers' } as const;
    await services.links.link(address, { creatorId: creatorIdSchema.parse('mine'), ...options });
    await services.links.link(
      { ...address, workspaceId: 'other' },
      { creatorId: creatorIdSchema.parse('theirs'), ...options },
    );
    expect(await suggest(typed('link'), 'creator', '')).toEqual(['mine']);
  });

  it('name nothing while the documents cannot be read', async () => {
    names = new Error('away');
    expect(await suggest(typed('forget'), 'document', '')).toEqual([]);
  });
});

function typed(name: string, role: ChatEvent['author']['role'] = 'manager'): ChatEvent {
  const event = makeEvent();
  return { ...event, author: { ...event.author, role }, body: { kind: 'command', name, input: {} } };
}
