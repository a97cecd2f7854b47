import type { ChromaClient } from 'chromadb';
import { z } from 'zod';
import { DocentError } from '../../core/errors.js';
import type { Health } from '../../core/ports/health.js';
import { type Problem, problemOf } from './chroma-errors.js';
import { creatorOfName, readCollection, unfitFix } from './collection-space.js';
import type { Connection } from './connection.js';
import { hasDatabase, missingDatabase } from './database.js';

/** Shorter than whoever asks waits, so that the answer says what is wrong. */
const TIMEOUT_MS = 1_500;
const versionSchema = z.string().max(40);
const PAGE_SIZE = 500;
/** Collections that are looked at. */
const MAX_COLLECTIONS = 2_000;

const SIGNS_IN = {
  nothing: 'Docent signs in with nothing, so it must be where nobody else reaches it',
  token: 'Docent sends its token',
  basic: 'Docent sends its user and password',
} satisfies Record<Connection['signsInWith'], string>;

/** Whether the server is there, lets Docent in, and has only collections that can be searched. */
export async function checkHealth(connection: Connection, signal: AbortSignal): Promise<Health> {
  const options = { signal, timeoutMs: TIMEOUT_MS };
  try {
    const version = await connection.call(async (client) => {
      await client.heartbeat();
      return versionSchema.parse(await client.version());
    }, options);
    if (!(await hasDatabase(connection, options))) return unhealthy(connection, missingDatabase(connection));
    const { seen, unfit } = await connection.call(lookAtCollections, options);
    const detail = `Chroma ${version} at ${connection.url} has ${seen} of Docent's collections; ${SIGNS_IN[connection.signsInWith]}.`;
    const [first] = unfit;
    if (first === undefined) return { state: 'healthy', detail };
    return {
      state: 'degraded',
      detail: `${detail} Docent cannot search in ${unfit.length} of them, such as that of "${first.creatorId}": ${first.reason}.`,
      fix: unfitFix(first.creatorId),
    };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof DocentError)) throw error;
    return unhealthy(connection, problemOf(error.cause, { url: connection.url, deadlineMs: TIMEOUT_MS }));
  }
}

function unhealthy({ url }: Connection, { says, fix }: Problem): Health {
  return { state: 'unhealthy', detail: `Chroma at ${url} ${says}.`, fix };
}

interface Unfit {
  readonly creatorId: string;
  readonly reason: string;
}

async function lookAtCollections(client: ChromaClient): Promise<{ seen: number; unfit: Unfit[] }> {
  let seen = 0;
  const unfit: Unfit[] = [];
  for (let offset = 0; offset < MAX_COLLECTIONS; offset += PAGE_SIZE) {
    const page = await client.listCollections({ limit: PAGE_SIZE, offset });
    for (const collection of page) {
      const creatorId = creatorOfName(collection.name);
      if (creatorId === undefined) continue;
      seen += 1;
      const { space } = readCollection(creatorId, collection);
      if ('unfit' in space) unfit.push({ creatorId, reason: space.unfit });
    }
    if (page.length < PAGE_SIZE) break;
  }
  return { seen, unfit };
}
