import { asWritten, escapeMarkdown } from '../chat/escape.js';
import type { MessageAction, OutgoingMessage, Source } from '../chat/outgoing-message.js';
import { listed } from '../chat/words.js';
import type { ActiveDocument } from '../ingest/document-registry.js';
import type { JsonValue } from '../json.js';
import type { AnswerRecord, AnswerSource } from './answer-records.js';
import type { Passage } from './passages.js';

/** Documents that a refusal names at the most. */
const NAMED_DOCUMENTS = 5;

/** The cited passages, as they are kept with the answer. */
export function sourcesOf(passages: readonly Passage[], cited: readonly number[]): AnswerSource[] {
  return passages
    .filter(({ number }) => cited.includes(number))
    .flatMap(({ number, chunks, similarity, text }) => {
      const [first] = chunks;
      if (first === undefined) return [];
      const { documentId, version, source, headingPath, page } = first;
      return [
        {
          number,
          documentId,
          version,
          documentName: source,
          headingPath: [...headingPath],
          page,
          chunkIds: chunks.map(({ id }) => id),
          similarity,
          text,
        },
      ];
    });
}

const KINDS = {
  answered: 'answer',
  refused: 'refusal',
  unready: 'refusal',
  fallback: 'fallback',
} as const satisfies Record<AnswerRecord['outcome'], OutgoingMessage['kind']>;

/** A kept answer as the message that members see; the same record always gives the same message. */
export function messageOf(record: AnswerRecord, footnote: string | undefined): OutgoingMessage {
  const sources = record.sources.map(({ number, documentName, headingPath, page }): Source => ({
    number,
    documentName,
    headingPath,
    page,
  }));
  return {
    kind: KINDS[record.outcome],
    text: record.response,
    sources,
    actions: KINDS[record.outcome] === 'refusal' ? [] : feedbackActions(record.answerId),
    ...(footnote === undefined ? {} : { footnote }),
    ...(record.outcome === 'answered' ? { confidence: record.confidence } : {}),
    answerId: record.answerId,
    data: {
      answerId: record.answerId,
      outcome: record.outcome,
      response: record.response,
      sources: record.sources.map(({ text: _text, ...source }) => source) as unknown as JsonValue,
      confidence: record.confidence,
      conversationId: record.conversationId,
      processingTimeMs: record.processingTimeMs,
      model: record.model,
    },
  };
}

/** The message of an answer whose record could not be kept: what refers to the record would not find it. */
export function withoutRecord({ answerId: _unkept, ...message }: OutgoingMessage): OutgoingMessage {
  return { ...message, actions: [] };
}

/** Says under an answer what the thread's memory lacks, or nothing. */
export function memoryNote(memory: {
  /** Whether what was said before was known. */
  readonly isRead: boolean;
  /** Whether this exchange will be. */
  readonly isRemembered: boolean;
}): string | undefined {
  const lacks = [
    ...(memory.isRead ? [] : ['this question was taken by itself']),
    ...(memory.isRemembered ? [] : ['this answer will not be remembered']),
  ];
  return lacks.length === 0 ? undefined : `The memory of this conversation is away for the moment: ${listed(lacks)}.`;
}

function feedbackActions(answerId: string): MessageAction[] {
  return [
    { label: '👍', command: 'feedback', input: { answer: answerId, vote: 'up' } },
    { label: '👎', command: 'feedback', input: { answer: answerId, vote: 'down' }, asks: 'reason' },
  ];
}

/** Why there is no answer, and what the member can do. */
export type RefusalReason = 'no-documents' | 'still-reading' | 'still-indexing' | 'meaning-unavailable' | 'not-covered';

/** How a question that is refused for this reason counts: only what all documents were searched for is not covered. */
export function refusalOutcome(reason: RefusalReason): 'refused' | 'unready' {
  return reason === 'not-covered' || reason === 'no-documents' ? 'refused' : 'unready';
}

/** The text of a refusal. */
export function refusalText(reason: RefusalReason, active: ReadonlyMap<string, ActiveDocument>): string {
  switch (reason) {
    case 'no-documents':
      return 'There are no documents here yet, so there is nothing to answer from. Add some with the command "ingest", or by posting a file.';
    case 'still-reading':
      return 'The first document is still being read. Ask again in a moment.';
    case 'still-indexing':
      return 'I am not sure of an answer yet: some documents are still being indexed for their meaning. Ask again in a minute, or use the words that the document would use.';
    case 'meaning-unavailable':
      return 'I am not sure of an answer: search by meaning is not available right now. Try the words that the document would use, or ask again later.';
    case 'not-covered': {
      const names = [...active.values()].map(({ name }) => name);
      const named = names.slice(0, NAMED_DOCUMENTS).map(escapeMarkdown).join(', ');
      const rest = names.length > NAMED_DOCUMENTS ? ` and ${names.length - NAMED_DOCUMENTS} more` : '';
      return `The documents do not cover this. I searched ${named}${rest}. Try other words, or ask somebody to add a document about it.`;
    }
  }
}

/** The best passages quoted whole, as they are written, for when the model is away. */
export function fallbackText(passages: readonly Passage[]): string {
  const quotes = passages.map(
    ({ number, text }) =>
      `${asWritten(text)
        .split('\n')
        .map((line) => `> ${line}`)
        .join('\n')}\n> [${number}]`,
  );
  return ['The language model is not available right now. These passages of the documents fit best:', ...quotes].join(
    '\n\n',
  );
}
