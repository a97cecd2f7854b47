import { z } from 'zod';
import { defineCommand } from '../core/chat/command.js';
import { escapeMarkdown } from '../core/chat/escape.js';
import { notice } from '../core/chat/outgoing-message.js';
import { counted, listed } from '../core/chat/words.js';
import { DocentError } from '../core/errors.js';
import { type CreatorId, type DocumentId, documentIdOf } from '../core/ids.js';
import { nearNames } from '../core/near-names.js';
import type { Services } from '../core/services.js';
import { allDocuments } from './all-documents.js';

const MAX_SUGGESTIONS = 3;

/** Removes a document by its exact name. */
export const forgetCommand = defineCommand({
  name: 'forget',
  description: 'Remove a document and everything I know from it.',
  input: z.object({
    document: z
      .string()
      .trim()
      .min(1)
      .max(1_000)
      .meta({ description: 'The name of the document.', example: 'handbook.pdf', suggests: 'documents' }),
  }),
  access: 'manager',
  readOnly: false,
  isPrivate: true,
  async run({ creatorId, input, services }) {
    const documentId = documentIdOf(creatorId, input.document);
    const { chunkCount } = await forgotten(services, creatorId, documentId, input.document);
    const passages = chunkCount === null ? 'all its passages' : counted(chunkCount, 'passage');
    return notice(
      `**${escapeMarkdown(input.document)}** is forgotten, with ${passages}. Post it again whenever you want it back.`,
      { documentId, name: input.document, chunkCount },
    );
  },
});

async function forgotten(services: Services, creatorId: CreatorId, documentId: DocumentId, name: string) {
  try {
    return await services.ingestion.forget(creatorId, documentId);
  } catch (error) {
    if (error instanceof DocentError && error.code === 'DOCUMENT_UNKNOWN')
      throw await unknownDocument(services, creatorId, name);
    throw error;
  }
}

async function unknownDocument(services: Services, creatorId: CreatorId, wanted: string): Promise<DocentError> {
  const names = (await allDocuments(services, creatorId)).map(({ name }) => name);
  const near = nearNames(wanted, names, MAX_SUGGESTIONS).map((name) => `"${name}"`);
  const next = near.length > 0 ? `Did you mean ${listed(near, 'or')}?` : 'The command "documents" lists what there is.';
  return new DocentError('DOCUMENT_UNKNOWN', { userMessage: `There is no document called "${wanted}". ${next}` });
}
