import { ChromaClient } from 'chromadb';
import { Redis } from 'ioredis';
import { uploadCollection } from '../../src/adapters/web/transcript/records.js';
import { type CreatorId, documentIdOf } from '../../src/core/ids.js';
import { type DocumentRecord, documentCollection } from '../../src/core/ingest/document-record.js';
import type { Engines } from '../../src/core/plugin.js';
import type { Chunk } from '../../src/core/ports/chunk-store.js';
import { systemClock } from '../../src/core/system-clock.js';
import { openEmbeddedStores } from './embedded-stores.js';
import type { Guide } from './versioned-guide.js';

/** A guide that was uploaded, and whether the server said that it had it. */
export interface SentGuide extends Guide {
  isAcknowledged: boolean;
}

/** What is wrong, a sentence each. */
export interface Findings {
  /** Of what was acknowledged, what is missing, incomplete, or older than it should be. */
  readonly lost: string[];
  /** What is there twice, or of a version that was replaced. */
  readonly doubled: string[];
  /** What only serves a document's way in, and stayed. */
  readonly left: string[];
}

/** Where the knowledge of one creator is looked for. */
export interface AuditedStores {
  readonly creatorId: CreatorId;
  readonly engines: Engines;
  readonly redisPort: number;
  readonly chromaPort: number;
}

/** The guides as they should be answered from by now, with their passages as Redis has them. */
export interface AuditedKnowledge extends Findings {
  readonly current: readonly SentGuide[];
  readonly chunks: readonly Chunk[];
  readonly vectors: number;
}

const MAX_HITS = 10_000;
const MAX_UPLOADS = 500;

/** Compares what Redis and Chroma hold, once no work is left, with what was sent, each guide's versions in order. */
export async function auditStores(stores: AuditedStores, sent: readonly SentGuide[]): Promise<AuditedKnowledge> {
  const { creatorId, engines } = stores;
  const findings: Findings = { lost: [], doubled: [], left: [] };
  const records = await documentsOf(stores);
  const chunks: Chunk[] = [];
  for await (const page of engines.chunkStore.all(creatorId, new AbortController().signal)) chunks.push(...page);
  const current = [...byName(sent)].flatMap(([name, versions]) => {
    const record = records.get(documentIdOf(creatorId, name));
    const own = chunks.filter(({ documentId }) => documentId === documentIdOf(creatorId, name));
    return auditGuide(versions, record, own, findings) ?? [];
  });
  const rows = await vectorIdsOf(stores);
  compareIds('vectors', rows, chunks, findings);
  await auditUploads(stores, sent, findings);
  await auditBlobs(stores, sent, findings);
  return { ...findings, current, chunks, vectors: rows.length };
}

/** Compares the copy in a gateway's folder, once the gateway has stopped, with what Redis holds. */
export async function auditCopy(
  dataFolder: string,
  creatorId: CreatorId,
  { current, chunks }: AuditedKnowledge,
  sent: readonly SentGuide[],
): Promise<Findings> {
  const findings: Findings = { lost: [], doubled: [], left: [] };
  const { engines, close } = await openEmbeddedStores(systemClock, dataFolder);
  const { keywordIndex } = engines;
  const { signal } = new AbortController();
  const copied: string[] = [];
  for await (const page of keywordIndex.replica?.chunkStore.all(creatorId, signal) ?? [])
    copied.push(...page.map(({ id }) => id));
  compareIds('copied passages', copied, chunks, findings);
  for (const { word } of sent) {
    const wanted = current.some((guide) => guide.word === word) ? chunks.filter(({ text }) => text.includes(word)) : [];
    const { candidates } = await keywordIndex.candidates(creatorId, { text: word, limit: MAX_HITS, signal });
    const found = candidates.map(({ chunkId }) => chunkId);
    compareIds(`passages found by ${word}`, found, wanted, findings);
  }
  await close();
  return findings;
}

/** The findings of several audits. */
export function joined(audits: readonly Findings[]): Findings {
  return {
    lost: audits.flatMap(({ lost }) => lost),
    doubled: audits.flatMap(({ doubled }) => doubled),
    left: audits.flatMap(({ left }) => left),
  };
}

async function documentsOf({ creatorId, engines }: AuditedStores): Promise<Map<string, DocumentRecord>> {
  const stored = await engines.recordStore.list(documentCollection, { creatorId }, { limit: 1_000 });
  return new Map(stored.map(({ id, value }) => [id, value]));
}

/** Says which version answers, when it is one that may: the newest acknowledged one, or one sent after it that got through. */
function auditGuide(
  versions: readonly SentGuide[],
  record: DocumentRecord | undefined,
  chunks: readonly Chunk[],
  { lost, doubled }: Findings,
): SentGuide | undefined {
  const newest = versions.findLastIndex(({ isAcknowledged }) => isAcknowledged);
  const name = versions[0]?.name ?? '';
  const active = versions.findIndex(({ contentHash }) => contentHash === record?.active?.contentHash);
  const guide = versions[active];
  if (active < newest) lost.push(`${name}: ${guide?.word ?? 'nothing'} answers, not ${versions[newest]?.word ?? ''}`);
  if (newest >= 0 && record?.status !== 'ready') lost.push(`${name} is ${record?.status ?? 'unknown'}`);
  const own = chunks.filter(({ version }) => version === record?.active?.version);
  if (chunks.length > own.length) doubled.push(`${name} has ${chunks.length - own.length} passages of other versions`);
  const indexes = own.map(({ index }) => index).toSorted((a, b) => a - b);
  const expected = Array.from({ length: record?.active?.chunkCount ?? 0 }, (_, index) => index);
  if (indexes.join() !== expected.join()) lost.push(`${name} has the passages ${indexes.join()} of ${expected.length}`);
  if (guide !== undefined && !own.every(({ text }) => text.includes(guide.word))) lost.push(`${name} is another text`);
  return guide;
}

async function vectorIdsOf({ creatorId, chromaPort }: AuditedStores): Promise<string[]> {
  const client = new ChromaClient({ host: '127.0.0.1', port: chromaPort, ssl: false });
  const collection = await client.getCollection({ name: `creator_${creatorId}_knowledge` });
  return (await collection.get({ include: [] })).ids;
}

function compareIds(what: string, found: readonly string[], chunks: readonly Chunk[], findings: Findings): void {
  const wanted = new Set<string>(chunks.map(({ id }) => id));
  const missing = [...wanted].filter((id) => !found.includes(id)).length;
  const surplus = found.length - (wanted.size - missing);
  if (missing > 0) findings.lost.push(`${missing} of ${wanted.size} ${what} are missing`);
  if (surplus > 0) findings.doubled.push(`there are ${surplus} ${what} too many`);
}

/** Every acknowledged upload was told its outcome, and a good one. */
async function auditUploads(
  { creatorId, engines }: AuditedStores,
  sent: readonly SentGuide[],
  { lost, left }: Findings,
): Promise<void> {
  const uploads = await engines.recordStore.list(uploadCollection, { creatorId }, { limit: MAX_UPLOADS });
  const untold = uploads.filter(({ value }) => value.message === null);
  for (const { value } of untold) left.push(`${value.name} is still shown as being read`);
  for (const [name, versions] of byName(sent)) {
    const told = uploads.filter(({ value }) => value.name === name && value.message?.kind === 'notice').length;
    const acknowledged = versions.filter(({ isAcknowledged }) => isAcknowledged).length;
    if (told < acknowledged) lost.push(`${name} was acknowledged ${acknowledged} times and told as taken in ${told}`);
  }
}

/** Bytes of acknowledged uploads are gone; those of others expire. */
async function auditBlobs({ redisPort }: AuditedStores, sent: readonly SentGuide[], { left }: Findings): Promise<void> {
  const redis = new Redis(redisPort);
  try {
    for (const key of await redis.keys('blob:*')) {
      const blob = JSON.parse((await redis.get(key)) ?? '{}') as { contentHash?: string };
      const guide = sent.find(({ contentHash }) => contentHash === blob.contentHash);
      if (guide?.isAcknowledged !== false)
        left.push(`the bytes of ${guide?.name ?? 'an unknown file'} are still there`);
    }
  } finally {
    redis.disconnect();
  }
}

function byName(sent: readonly SentGuide[]): Map<string, SentGuide[]> {
  const versions = new Map<string, SentGuide[]>();
  for (const guide of sent) versions.set(guide.name, [...(versions.get(guide.name) ?? []), guide]);
  return versions;
}
