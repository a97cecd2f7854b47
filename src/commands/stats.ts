import { z } from 'zod';
import { defineCommand } from '../core/chat/command.js';
import { notice } from '../core/chat/outgoing-message.js';
import { counted } from '../core/chat/words.js';
import type { DocumentRecord } from '../core/ingest/document-record.js';
import type { JsonValue } from '../core/json.js';
import { periodInWords } from '../core/metrics/metric-day.js';
import { describeMetrics } from '../core/metrics/metrics-text.js';
import { allDocuments } from './all-documents.js';

/** Names of documents that go with the figures at the most. */
const MAX_SOURCES = 1_000;

/** What a creator's documents come to. */
interface KnowledgeFigures {
  readonly documents: number;
  readonly chunks: number;
  /** Chunks whose meaning is learned. */
  readonly vectors: number;
  /** The documents' names. */
  readonly sources: readonly string[];
}

/** The creator's documents in figures, and those of the last days, each with what to do about it. */
export const statsCommand = defineCommand({
  name: 'stats',
  description: 'See how many questions were answered, how well, and what to do about it.',
  input: z.object({
    days: z.int().min(1).max(7).default(7).meta({ description: 'How many days, today included.' }),
  }),
  access: 'manager',
  readOnly: true,
  isPrivate: true,
  async run({ creatorId, input, services }) {
    const summary = await services.metrics.summary(creatorId, input);
    const knowledge = figuresOf(await allDocuments(services, creatorId));
    const text = `${describeMetrics(summary, `${periodInWords(summary)}, today so far`)}\n- **Knowledge**: ${describeKnowledge(knowledge)}`;
    return notice(text, { ...summary, knowledge } as unknown as JsonValue);
  },
});

function figuresOf(records: readonly DocumentRecord[]): KnowledgeFigures {
  const answering = records.flatMap(({ name, active }) => (active === null ? [] : [{ name, ...active }]));
  return {
    documents: answering.length,
    chunks: answering.reduce((sum, { chunkCount }) => sum + chunkCount, 0),
    vectors: answering.reduce((sum, { embeddedCount }) => sum + embeddedCount, 0),
    sources: answering.slice(0, MAX_SOURCES).map(({ name }) => name),
  };
}

function describeKnowledge({ documents, chunks, vectors }: KnowledgeFigures): string {
  if (documents === 0) return 'no documents yet. Add some with the command "ingest".';
  const size = `${counted(documents, 'document')} with ${counted(chunks, 'passage')}`;
  if (vectors >= chunks) return `${size}.`;
  return `${size}; the meaning of ${vectors.toLocaleString('en-GB')} is learned. The command "documents" shows of which it is not; where that does not go on, "reindex" learns all of it anew.`;
}
