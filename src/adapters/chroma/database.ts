import { type Problem, engineError, isNotFound } from './chroma-errors.js';
import type { CallOptions, Connection } from './connection.js';

/**
 * Makes sure that the database exists: one that is not there looks like one without collections, and "no knowledge"
 * would be the wrong answer.
 * @throws DocentError `ENGINE_UNAVAILABLE`, with the command that makes it.
 */
export async function requireDatabase(connection: Connection, options: CallOptions): Promise<void> {
  if (!(await hasDatabase(connection, options)))
    throw engineError(connection.url, missingDatabase(connection), undefined);
}

/** Whether the tenant and the database of the connection exist. */
export async function hasDatabase({ tenant, database, call }: Connection, options: CallOptions): Promise<boolean> {
  try {
    await call((_client, admin) => admin.getDatabase({ name: database, tenant }), options);
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

/** What is wrong when the database does not exist, with the command that makes it. */
export function missingDatabase({ url, tenant, database }: Connection): Problem {
  const post = (path: string, name: string): string =>
    `curl -H 'content-type: application/json' -d ${quoted(JSON.stringify({ name }))} ${quoted(`${url}/api/v2/${path}`)}`;
  const commands = [post('tenants', tenant), post(`tenants/${encodeURIComponent(tenant)}/databases`, database)];
  return {
    says: `has no database "${database}" in the tenant "${tenant}"`,
    fix: `Correct CHROMA_TENANT and CHROMA_DATABASE, or make it: \`${commands.join('; ')}\``,
    retryable: false,
  };
}

/** One word for a shell, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
