import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { creatorIdSchema } from '../../../src/core/ids.js';
import type { Chunk } from '../../../src/core/ports/chunk-store.js';
import { coach } from '../../support/embedded-core.js';
import { createFakeEmbedder } from '../../support/fake-embedder.js';
import { inParts, never, openTransfer } from './open-transfer.js';

const other = creatorIdSchema.parse('other');
const rules = '# Money\nRefunds are paid within ten days.\n# Time\nSessions begin at nine.';
const channel = { platform: 'discord', workspaceId: 'guild', channelId: 'help', threadId: null, isDirect: false };

function withoutIds(chunk: Chunk) {
  const { id: _id, creatorId: _creator, documentId: _document, ...rest } = chunk;
  return rest;
}

describe('an exported creator', () => {
  it('comes back with the same ids, so that what cites them stays right', async () => {
    const from = await openTransfer();
    await from.post('rules.md', rules);
    await from.post('faq.md', 'Bring a pen.\nThe door opens at eight.');
    await from.settleWork();
    const to = await openTransfer();
    expect(await to.imported(inParts(await from.exported()))).toMatchObject({ creatorId: coach, added: 2, chunks: 3 });
    expect(await to.passages()).toEqual(await from.passages());
  });

  it('comes back under another creator, in a room of its own', async () => {
    const from = await openTransfer();
    await from.post('rules.md', rules);
    await from.settleWork();
    await from.imported(inParts(await from.exported()), { creatorId: other });
    const [mine = [], theirs = []] = [
      Object.values(await from.passages())[0],
      Object.values(await from.passages(other))[0],
    ];
    expect(theirs.map(withoutIds)).toEqual(mine.map(withoutIds));
    expect(theirs.map(({ creatorId }) => creatorId)).toEqual([other, other]);
    expect(mine.some(({ id }) => theirs.some((their) => their.id === id))).toBe(false);
  });

  it('is found by words at once, and by meaning once its vectors are made by the embedder that is there', async () => {
    const from = await openTransfer();
    await from.post('rules.md', rules);
    await from.settleWork();
    const to = await openTransfer({ embedder: createFakeEmbedder({ id: 'another' }), start: false });
    await to.imported(inParts(await from.exported()));
    const words = { text: 'refunds', limit: 5, signal: never };
    expect((await to.engines.keywordIndex.candidates(coach, words)).candidates).toHaveLength(1);
    expect(await to.registry.findByName(coach, 'rules.md')).toMatchObject({ status: 'learning' });
    await to.ingestion.start();
    await to.settleWork();
    expect(await to.engines.vectorIndex.stats(coach)).toEqual({
      space: { embedderId: 'another', dimensions: 64 },
      vectors: 2,
    });
    expect(await to.registry.findByName(coach, 'rules.md')).toMatchObject({ status: 'ready' });
  });

  it('changes nothing the second time', async () => {
    const core = await openTransfer();
    await core.post('rules.md', rules);
    await core.settleWork();
    const before = await core.registry.list(coach, { limit: 10 });
    expect(await core.imported(inParts(await core.exported()))).toMatchObject({ added: 0, replaced: 0, known: 1 });
    expect(await core.registry.list(coach, { limit: 10 })).toEqual(before);
  });

  it('leaves a document of another content as it is, and says so', async () => {
    const core = await openTransfer();
    await core.post('rules.md', rules);
    await core.settleWork();
    const backup = await core.exported();
    await core.post('rules.md', 'Refunds are never paid.');
    await core.settleWork();
    expect(await core.imported(inParts(backup))).toMatchObject({ kept: 1, added: 0 });
    expect(core.notes).toEqual([expect.stringMatching(/^"rules\.md" .*--replace/)]);
    expect(
      Object.values(await core.passages())
        .flat()
        .map(({ text }) => text),
    ).toEqual(['Refunds are never paid.']);
    expect(await core.imported(inParts(backup), { replace: true })).toMatchObject({ replaced: 1 });
    expect(Object.values(await core.passages()).flat()).toHaveLength(2);
    await core.settleWork();
    expect(await core.engines.chunkStore.count(coach)).toBe(2);
  });

  it('brings its channels along, and opens no channel of another creator', async () => {
    const from = await openTransfer();
    await from.links.link(channel, { creatorId: coach, wholeWorkspace: false, ingestion: 'members' });
    await from.links.link(
      { ...channel, channelId: 'talk' },
      { creatorId: coach, wholeWorkspace: false, ingestion: 'managers' },
    );
    await from.links.setAdminChannel(coach, channel);
    const to = await openTransfer();
    await to.links.link(
      { ...channel, channelId: 'talk' },
      { creatorId: other, wholeWorkspace: false, ingestion: 'managers' },
    );
    const backup = await from.exported();
    expect(await to.imported(inParts(backup))).toMatchObject({ links: 2 });
    expect(await to.links.find(channel)).toMatchObject({ creatorId: coach, ingestion: 'members' });
    expect(await to.links.find({ ...channel, channelId: 'talk' })).toMatchObject({ creatorId: other });
    expect(await to.links.adminChannel(coach)).toEqual(channel);
    expect(to.notes).toEqual([expect.stringContaining('discord talk is linked to "other"')]);
    expect(await to.imported(inParts(backup))).toMatchObject({ links: 0 });
  });

  it('brings the times of its reports along, from now on, and leaves those that were chosen here', async () => {
    const from = await openTransfer();
    await from.reports.setSchedule(coach, 'weekly', '0 9 * * 5');
    await from.reports.pause(coach, 'weekly');
    await from.reports.channelChanged(coach, 'Europe/Berlin');
    await from.creators.add(coach);
    const backup = await from.exported();
    const to = await openTransfer();
    await to.clock.advance(60_000);
    await to.imported(inParts(backup));
    const [standing] = await to.reports.list(coach);
    expect(standing).toMatchObject({
      schedule: '0 9 * * 5',
      timezone: 'Europe/Berlin',
      paused: { reason: 'asked' },
      nextAt: [],
    });
    expect((await to.reports.chosen(coach))?.reports['weekly']?.changedAt).toBe(to.clock.now());
    await to.imported(inParts(backup));
    expect(to.notes).toEqual([]);
    await to.reports.setSchedule(coach, 'weekly', '0 7 * * 2');
    await to.imported(inParts(backup));
    expect(to.notes).toEqual(['"coach" has other times for its reports, which were kept.']);
    expect((await to.reports.list(coach))[0]).toMatchObject({ schedule: '0 7 * * 2', paused: null });
  });

  it('brings no times that a person could not choose, and no reports that there are not', async () => {
    const from = await openTransfer();
    await from.creators.add(coach);
    await from.reports.setSchedule(coach, 'weekly', '0 9 * * 5');
    const lines = gunzipSync(await from.exported())
      .toString()
      .split('\n');
    const changed = (change: (line: string) => string) =>
      gzipSync(lines.map((line) => (line.includes('"type":"reports"') ? change(line) : line)).join('\n'));
    const to = await openTransfer();
    await to.imported(inParts(changed((line) => line.replace('0 9 * * 5', '* * * * *'))));
    expect(to.notes).toEqual([expect.stringMatching(/^The times of the reports were left out\. .*every 15 minutes/)]);
    await to.imported(inParts(changed((line) => line.replace('UTC', 'Nowhere'))));
    expect(to.notes).toHaveLength(2);
    expect(await to.reports.chosen(coach)).toBeUndefined();
    await to.imported(inParts(changed((line) => line.replace('"weekly"', '"unknown"'))));
    expect(await to.reports.chosen(coach)).toEqual({ timezone: 'UTC', reports: {} });
  });

  it('is read as it was written before there were reports in it', async () => {
    const from = await openTransfer();
    await from.post('rules.md', rules);
    await from.settleWork();
    const text = gunzipSync(await from.exported()).toString();
    const old = gzipSync(text.replace('"version":2', '"version":1'));
    expect(await (await openTransfer()).imported(inParts(old))).toMatchObject({ added: 1, chunks: 2 });
  });

  it('leaves out what has no version to answer from', async () => {
    const core = await openTransfer({ start: false });
    await core.post('waiting.md', rules);
    const summary = await core.transfer.exportCreator(coach, { signal: never, onStatus() {}, write: async () => {} });
    expect(summary).toEqual({ documents: 0, chunks: 0, links: 0, leftOut: 1 });
  });

  it('names no creator but in its first line, and no vector', async () => {
    const core = await openTransfer();
    await core.links.link(channel, { creatorId: coach, wholeWorkspace: false, ingestion: 'members' });
    await core.post('rules.md', rules);
    await core.settleWork();
    const [, ...lines] = gunzipSync(await core.exported())
      .toString()
      .trimEnd()
      .split('\n');
    expect(lines.length).toBe(6);
    expect(lines.filter((line) => /coach|"creatorId"|"embedding"|"id"/.test(line))).toEqual([]);
  });

  it('is for operators alone', async () => {
    const { running } = await openTransfer();
    expect(() => running.of('manager')).toThrow(expect.objectContaining({ code: 'ACCESS_DENIED' }));
  });

  it('is refused for a creator that there is not, with those that there are', async () => {
    const core = await openTransfer();
    await core.creators.add(other);
    await expect(core.exported()).rejects.toMatchObject({
      code: 'COMMAND_INPUT',
      userMessage: expect.stringMatching(/no creator "coach".*other/),
    });
  });

  it('shows how far it is', async () => {
    const core = await openTransfer();
    await core.post(
      'long.md',
      Array.from({ length: 200 }, (_, index) => `# Rule ${index}\nRule ${index} holds.`).join('\n'),
    );
    await core.settleWork();
    await core.imported(inParts(await core.exported()), { creatorId: other });
    expect(core.statuses.at(-1)).toEqual({
      text: 'Importing: 200 passages of 200',
      progress: { done: 200, total: 200 },
    });
  });

  it('is the same whatever its documents hold', async () => {
    const from = await openTransfer();
    const to = await openTransfer();
    const word = fc
      .string({ unit: 'binary', maxLength: 40 })
      .filter((text) => text.isWellFormed() && !text.includes('\0'));
    const chunk = fc.record({
      text: word,
      breadcrumb: word,
      headingPath: fc.array(word, { maxLength: 3 }),
      page: fc.option(fc.integer({ min: 1, max: 9 }), { nil: null }),
    });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(chunk, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 3 }),
        async (documents) => {
          const creatorId = creatorIdSchema.parse(`creator-${run++}`);
          for (const [number, chunks] of documents.entries())
            await from.publish(creatorId, `document ${number}.md`, chunks);
          await to.imported(inParts(await from.exported(creatorId), 50));
          expect(await to.passages(creatorId)).toEqual(await from.passages(creatorId));
        },
      ),
      { numRuns: 25 },
    );
  });
});
