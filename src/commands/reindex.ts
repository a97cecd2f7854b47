import { z } from 'zod';
import { defineCommand } from '../core/chat/command.js';
import { notice } from '../core/chat/outgoing-message.js';

/** Makes all vectors of the creator anew: after a change of the embedder, or when search by meaning looks wrong. */
export const reindexCommand = defineCommand({
  name: 'reindex',
  description: 'Makes the search by meaning anew for all documents.',
  input: z.object({}),
  access: 'manager',
  readOnly: false,
  isPrivate: true,
  async run({ creatorId, services }) {
    const documents = await services.ingestion.reindex(creatorId);
    if (documents === 0)
      return notice('There is nothing to index. Add documents with the command "ingest".', { documents });
    const counted = documents === 1 ? '1 document is' : `${documents} documents are`;
    return notice(
      `${counted} being indexed anew in the background. Search by words works meanwhile; "documents" shows how far it is.`,
      { documents },
    );
  },
});
