import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DocentError } from '../../../src/core/errors.js';
import { creatorIdSchema } from '../../../src/core/ids.js';
import { MAX_LINE_BYTES } from '../../../src/core/transfer/export-format.js';
import { coach } from '../../support/embedded-core.js';
import { inParts, openTransfer, withExport } from './open-transfer.js';

const other = creatorIdSchema.parse('other');
type Core = Awaited<ReturnType<typeof openTransfer>>;

const linesOf = (backup: Buffer): string[] => gunzipSync(backup).toString().trimEnd().split('\n');
const packed = (lines: readonly string[]): Buffer => gzipSync(lines.map((line) => `${line}\n`).join(''));
const importOther = (core: Core, bytes: Uint8Array) => core.imported(inParts(bytes), { creatorId: other });

/** The lines with one of them changed, and the document's hash made right again. */
function forged(lines: readonly string[], at: number, change: (line: Record<string, unknown>) => unknown): string[] {
  const changed = lines.map((line, index) =>
    index === at ? JSON.stringify(change(JSON.parse(line) as Record<string, unknown>)) : line,
  );
  let hash = createHash('sha256');
  return changed.map((line) => {
    const { type } = JSON.parse(line) as { type: string };
    if (type === 'document') hash = createHash('sha256');
    if (type === 'documentEnd') return JSON.stringify({ type, sha256: hash.copy().digest('hex') });
    hash.update(`${line}\n`);
    return line;
  });
}

describe('an export that is cut off', () => {
  it('is refused wherever it was cut, with whole documents or none', async () => {
    const { core, backup } = await withExport();
    for (let bytes = 1; bytes < backup.length; bytes += 7) {
      const error = await importOther(core, backup.subarray(0, bytes)).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: expect.stringMatching(/^EXPORT_/) });
      const { whole, strays } = await core.left(other);
      expect(whole.every((length) => length === 3)).toBe(true);
      expect(strays).toBe(0);
    }
    expect(await importOther(core, backup)).toMatchObject({ kept: 0, replaced: 0 });
    expect(await core.left(other)).toEqual({ whole: [3, 3, 3], strays: 0 });
  });

  it('is refused when its end is missing although every document is whole', async () => {
    const { core, backup } = await withExport();
    await expect(importOther(core, packed(linesOf(backup).slice(0, -1)))).rejects.toMatchObject({
      code: 'EXPORT_DAMAGED',
      userMessage:
        'The file is damaged: its end is missing. What was imported before it stays; with a whole copy of the file the import goes on from there.',
    });
  });

  it('opens no channel', async () => {
    const { core } = await withExport();
    const address = { platform: 'discord', workspaceId: 'w', channelId: 'c', threadId: null, isDirect: false };
    await core.links.link(address, { creatorId: coach, wholeWorkspace: false, ingestion: 'members' });
    const lines = linesOf(await core.exported());
    await core.links.eraseCreator(coach);
    await expect(core.imported(inParts(packed(lines.slice(0, -1))))).rejects.toThrow();
    expect(await core.links.ofCreator(coach)).toEqual([]);
  });
});

describe('an export with other bytes in it', () => {
  it('never gives a document that is not as it was written', async () => {
    const { core, backup } = await withExport();
    const plain = gunzipSync(backup);
    const original = Object.values(await core.passages())
      .flat()
      .map(({ text }) => text);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(plain.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        async (at, bits, isPacked) => {
          const changed = Buffer.from(isPacked ? backup : plain);
          const place = at % changed.length;
          changed[place] = (changed[place] ?? 0) ^ bits;
          await importOther(core, isPacked ? changed : gzipSync(changed)).catch((error: unknown) => {
            expect(error).toBeInstanceOf(DocentError);
          });
          const texts = Object.values(await core.passages(other))
            .flat()
            .map(({ text }) => text);
          expect(texts.filter((text) => !original.includes(text))).toEqual([]);
          expect((await core.left(other)).strays).toBe(0);
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('a file that was made to do harm', () => {
  it.each([
    { what: 'a passage of another creator', at: 2, change: (line: object) => ({ ...line, creatorId: 'victim' }) },
    { what: 'a passage with an id of its own', at: 2, change: (line: object) => ({ ...line, id: '0'.repeat(32) }) },
    { what: 'a passage out of order', at: 3, change: (line: object) => ({ ...line, index: 7 }) },
    { what: 'a name that is no name', at: 1, change: (line: object) => ({ ...line, name: ' ../../a.md ' }) },
    { what: 'more passages than it says', at: 1, change: (line: object) => ({ ...line, chunkCount: 2 }) },
    { what: 'no passages', at: 1, change: (line: object) => ({ ...line, chunkCount: 0 }) },
    { what: 'a page before the first', at: 2, change: (line: object) => ({ ...line, page: 0 }) },
    { what: 'a line that is no object', at: 2, change: () => 'text' },
  ])('is refused for $what', async ({ at, change }) => {
    const { core, backup } = await withExport();
    await expect(importOther(core, packed(forged(linesOf(backup), at, change)))).rejects.toMatchObject({
      code: 'EXPORT_DAMAGED',
    });
    expect(await core.left(other)).toEqual({ whole: [], strays: 0 });
  });

  it('is refused for a link that names a creator', async () => {
    const { core, backup } = await withExport();
    const link = {
      type: 'link',
      platform: 'discord',
      workspaceId: 'w',
      channelId: null,
      creatorId: 'victim',
      mode: 'all',
      onlyWhenConfident: false,
      ingestion: 'members',
      linkedAt: 0,
    };
    const lines = linesOf(backup);
    await expect(
      importOther(core, packed([...lines.slice(0, -1), JSON.stringify(link), ...lines.slice(-1)])),
    ).rejects.toMatchObject({ code: 'EXPORT_DAMAGED' });
    expect(await core.links.ofCreator(creatorIdSchema.parse('victim'))).toEqual([]);
  });

  it('is refused for a line without end, which is never held whole', async () => {
    const { core, backup } = await withExport();
    const endless = Buffer.concat([
      Buffer.from(`${linesOf(backup)[0]}\n`),
      Buffer.alloc(MAX_LINE_BYTES + 100_000, 'x'),
    ]);
    await expect(importOther(core, gzipSync(endless))).rejects.toMatchObject({
      code: 'EXPORT_DAMAGED',
      userMessage: expect.stringContaining('longer than 32 MiB'),
    });
  });

  it('writes over no passage of an active version whose hash begins like its own', async () => {
    const { core, backup } = await withExport();
    const lines = linesOf(backup);
    const name = (JSON.parse(lines[1] ?? '') as { name: string }).name;
    const before = (await core.passages())[name];
    const twin = forged(lines, 1, (line) => ({
      ...line,
      contentHash: `${String(line['contentHash']).slice(0, 16)}${'0'.repeat(48)}`,
    }));
    const texts = forged(twin, 2, (line) => ({ ...line, text: 'Something else.' }));
    expect(await core.imported(inParts(packed(texts)), { replace: true })).toMatchObject({ known: 3 });
    expect((await core.passages())[name]).toEqual(before);
    expect(await core.engines.chunkStore.count(coach)).toBe(9);
  });

  it('is refused when it is of a newer Docent, with what to do', async () => {
    const { core, backup } = await withExport();
    const [header = '', ...rest] = linesOf(backup);
    const newer = JSON.stringify({ ...(JSON.parse(header) as object), version: 3, more: true });
    await expect(importOther(core, packed([newer, ...rest]))).rejects.toMatchObject({
      code: 'EXPORT_UNSUPPORTED',
      userMessage:
        'The file was made by a newer Docent (its format is 3, this one reads 2). Upgrade this Docent, then import it.',
    });
  });

  it.each([
    { what: 'is empty', bytes: Buffer.alloc(0) },
    { what: 'is empty when unpacked', bytes: gzipSync('') },
    { what: 'is not packed', bytes: Buffer.from('{"type":"header"}\n') },
    { what: 'is a packed file of another kind', bytes: gzipSync('name,age\nAda,36\n') },
  ])('is refused when it $what', async ({ bytes }) => {
    const core = await openTransfer({ start: false });
    await expect(importOther(core, bytes)).rejects.toMatchObject({ code: expect.stringMatching(/^EXPORT_/) });
    expect(await core.creators.list()).toEqual([]);
  });
});
