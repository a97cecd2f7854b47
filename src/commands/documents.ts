import { z } from 'zod';
import { defineCommand } from '../core/chat/command.js';
import { asWritten, escapeMarkdown } from '../core/chat/escape.js';
import { notice } from '../core/chat/outgoing-message.js';
import { counted } from '../core/chat/words.js';
import type { DocumentRecord } from '../core/ingest/document-record.js';
import type { JsonValue } from '../core/json.js';
import { allDocuments } from './all-documents.js';

const PAGE_SIZE = 20;

/** Lists the documents a page at a time, with how far each is. */
export const documentsCommand = defineCommand({
  name: 'documents',
  description: 'See which documents I answer from, and how far the new ones are.',
  input: z.object({
    page: z.int().min(1).max(10_000).default(1).meta({ description: 'Which page of the list, from 1.' }),
  }),
  access: 'member',
  readOnly: true,
  isPrivate: true,
  async run({ creatorId, input, services }) {
    const documents = await allDocuments(services, creatorId);
    if (documents.length === 0)
      return notice('There are no documents here yet. Post a file to me, or use the command "ingest".', {
        creator: creatorId,
        documents: [],
        page: 1,
        pages: 1,
        total: 0,
      });
    const waiting = await services.ingestion.waiting(creatorId);
    const pages = Math.ceil(documents.length / PAGE_SIZE);
    const page = Math.min(input.page, pages);
    const shown = documents.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE);
    const title = `**${counted(documents.length, 'document')}**${pages > 1 ? `, page ${page} of ${pages}` : ''}`;
    const lines = shown.map((document) => describe(document, waiting.get(document.documentId)));
    const data = shown.map((document) => dataOf(document, waiting.get(document.documentId)));
    const message = notice(`${title}\n\n${lines.join('\n')}`, {
      creator: creatorId,
      documents: data,
      page,
      pages,
      total: documents.length,
    });
    if (page === pages) return message;
    return { ...message, actions: [{ label: 'Next page', command: 'documents', input: { page: page + 1 } }] };
  },
});

function describe(document: DocumentRecord, position: number | undefined): string {
  const { name, active, failure, status } = document;
  const newest = failure === null ? '' : ` The newest upload failed: ${asWritten(failure.userMessage)}`;
  const parts = [stateOf(document, position), ...(active === null ? [] : [sizeOf(active)])];
  const detail =
    status === 'failed' && failure !== null
      ? `not added. ${asWritten(failure.userMessage)}`
      : `${parts.join(', ')}.${newest}`;
  return `- **${escapeMarkdown(name)}**: ${detail}`;
}

function stateOf({ status, active }: DocumentRecord, position: number | undefined): string {
  const still = active === null ? '' : ', its earlier version answers meanwhile';
  switch (status) {
    case 'queued':
      return `${position === undefined || position === 0 ? 'next to be read' : `waiting, ${position} before it`}${still}`;
    case 'reading':
      return `being read${still}`;
    case 'learning':
      return `can be asked about, meaning learned for ${active?.embeddedCount ?? 0} of ${active?.chunkCount ?? 0} passages`;
    case 'ready':
      return 'ready';
    case 'removing':
      return 'being removed';
    case 'failed':
      return 'not added';
  }
}

function sizeOf({ pageCount, chunkCount }: NonNullable<DocumentRecord['active']>): string {
  const passages = counted(chunkCount, 'passage');
  return pageCount === null ? passages : `${counted(pageCount, 'page')}, ${passages}`;
}

/** Who uploaded it stays out: that is nobody's business in a channel. */
function dataOf({ uploadedBy: _uploadedBy, ...document }: DocumentRecord, position: number | undefined): JsonValue {
  return { ...document, position: position ?? null };
}
