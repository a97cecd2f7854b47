import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { forgetCommand } from '../../src/commands/forget.js';
import { documentIdOf } from '../../src/core/ids.js';
import { documentCollection } from '../../src/core/ingest/document-record.js';
import { coach } from '../support/embedded-core.js';
import { openCommands } from './run-command.js';

describe('forget', () => {
  it('removes a document by its name, and says so', async () => {
    const { say, post, settleWork, registry, engines } = await openCommands();
    await post('handbook.txt', 'Sessions last an hour.');
    await settleWork();
    expect((await say(forgetCommand, { document: ' handbook.txt ' })).text).toBe(
      '**handbook.txt** is forgotten, with 1 passage. Post it again whenever you want it back.',
    );
    expect(await registry.findByName(coach, 'handbook.txt')).toBeUndefined();
    expect(await engines.chunkStore.count(coach)).toBe(0);
  });

  it('removes a document whose record cannot be read', async () => {
    const { say, post, settleWork, registry, engines } = await openCommands();
    await post('handbook.txt', 'Sessions last an hour.');
    await settleWork();
    const anything = { name: documentCollection.name, schema: z.unknown() };
    const record = { id: documentIdOf(coach, 'handbook.txt'), value: 'of tomorrow' };
    await engines.recordStore.put(anything, { creatorId: coach }, record);
    expect((await say(forgetCommand, { document: 'handbook.txt' })).text).toContain('with all its passages');
    expect(await registry.findByName(coach, 'handbook.txt')).toBeUndefined();
    expect(await engines.chunkStore.count(coach)).toBe(0);
  });

  it('suggests the names that were perhaps meant, and removes nothing', async () => {
    const { failure, post, settleWork, engines } = await openCommands();
    await post('handbook.txt', 'Sessions last an hour.');
    await settleWork();
    expect(await failure(forgetCommand, { document: 'Handbok' })).toMatchObject({
      code: 'DOCUMENT_UNKNOWN',
      userMessage: 'There is no document called "Handbok". Did you mean "handbook.txt"?',
    });
    expect(await engines.chunkStore.count(coach)).toBe(1);
  });

  it('points to the list when no name is near', async () => {
    const { failure } = await openCommands();
    expect((await failure(forgetCommand, { document: 'x' })).userMessage).toContain(
      'The command "documents" lists what there is.',
    );
  });

  it('knows nothing of another creator’s documents', async () => {
    const { failure, post, settleWork } = await openCommands();
    await post('handbook.txt', 'Sessions last an hour.', { creator: 'team' });
    await settleWork();
    expect((await failure(forgetCommand, { document: 'handbook.txt' })).userMessage).not.toContain('Did you mean');
  });
});
