import type { DocumentId } from '../ids.js';
import type { ActiveDocument, DocumentRegistry } from '../ingest/document-registry.js';
import type { Reply } from '../ports/chat-adapter.js';
import type { Knowledge } from '../replica/knowledge.js';
import { type Found, type RetrievalEngines, type Search, retrieve } from './retrieval.js';

/** What retrieval of what is current works with; the engines are those that `prepare` prepares. */
export interface CurrentRetrievalOptions extends RetrievalEngines {
  readonly registry: Pick<DocumentRegistry, 'active'>;
  readonly prepare: Knowledge['prepare'];
}

type ActiveDocuments = ReadonlyMap<DocumentId, ActiveDocument>;

/** Documents change one after another: no question meets more than a few of these moments. */
const MAX_TRIES = 3;

/**
 * Retrieves from the documents as they are now. Where one gets a new version meanwhile or is removed it retrieves again:
 * the passages of the old version may have gone before those of the new one were looked at, and what is removed answers no
 * more.
 * @throws DocentError as `retrieve` and `Knowledge.prepare`.
 */
export async function retrieveCurrent(
  { registry, prepare, ...engines }: CurrentRetrievalOptions,
  search: Omit<Search, 'active'>,
  reply: Pick<Reply, 'status'>,
): Promise<{ readonly found: Found; readonly active: ActiveDocuments }> {
  const { creatorId, signal } = search;
  const onBuild = (progress: { readonly done: number; readonly total: number }): void =>
    void reply.status({ text: 'Preparing the search index', progress }).catch(() => undefined);
  for (let tries = 1; ; tries += 1) {
    const active = new Map(await registry.active(creatorId));
    await prepare(creatorId, { signal, onBuild });
    const found = await retrieve(engines, { ...search, active });
    if (tries === MAX_TRIES || !isChanged(active, await registry.active(creatorId))) return { found, active };
  }
}

function isChanged(before: ActiveDocuments, now: ActiveDocuments): boolean {
  return [...before].some(([documentId, { version }]) => now.get(documentId)?.version !== version);
}
