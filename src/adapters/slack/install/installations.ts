import { z } from 'zod';
import { joinKey } from '../../../core/ids.js';
import type { Clock } from '../../../core/ports/clock.js';
import { type Collection, type RecordStore, SYSTEM_SCOPE } from '../../../core/ports/record-store.js';
import type { TokenSeal } from './token-seal.js';

/** A workspace, or a workspace of an organisation. */
export interface Tenant {
  /** Unknown for what concerns a whole organisation. */
  readonly teamId?: string | undefined;
  readonly enterpriseId?: string | undefined;
}

/** The app in one workspace, or in all workspaces of an organisation. */
export interface Installation {
  /** null for an organisation's. */
  readonly teamId: string | null;
  readonly enterpriseId: string | null;
  readonly botToken: string;
  readonly botId: string;
  readonly botUserId: string;
  readonly scopes: readonly string[];
}

/** The installations that workspaces made themselves, kept with encrypted tokens. */
export interface Installations {
  /** The workspace's own, or its organisation's. @throws DocentError `SETTINGS_INVALID` for a token under another key. */
  find(tenant: Tenant): Promise<Installation | undefined>;
  /** Keeps one, in place of an earlier one. */
  save(installation: Installation): Promise<void>;
  /** Removes the installation that was made there before this time, and says whether there was one. */
  remove(tenant: Tenant, beforeMs: number): Promise<boolean>;
  count(): Promise<number>;
  /** Remembers which organisation's installation serves a workspace. */
  rememberTeam(teamId: string, enterpriseId: string): Promise<void>;
}

const installationSchema = z.object({
  teamId: z.string().nullable(),
  enterpriseId: z.string().nullable(),
  sealedToken: z.string(),
  botId: z.string(),
  botUserId: z.string(),
  scopes: z.array(z.string()),
  installedAt: z.number().int(),
});

/** By organisation for its own installations, otherwise by workspace; in the system scope. */
const installationCollection = {
  name: 'slack-installations',
  schema: installationSchema,
} satisfies Collection<typeof installationSchema>;

const teamSchema = z.object({ enterpriseId: z.string() });
/** The organisations of workspaces that have no installation of their own, by workspace. */
const teamCollection = { name: 'slack-teams', schema: teamSchema } satisfies Collection<typeof teamSchema>;

const MAX_COUNTED = 1_000;

/** Installations over the record store. */
export function createInstallations({
  recordStore,
  seal,
  clock,
}: {
  readonly recordStore: RecordStore;
  readonly seal: TokenSeal;
  readonly clock: Clock;
}): Installations {
  async function read(owner: string): Promise<Installation | undefined> {
    const record = await recordStore.get(installationCollection, SYSTEM_SCOPE, joinKey([owner]));
    if (record === undefined) return undefined;
    const { sealedToken, installedAt: _installedAt, ...rest } = record.value;
    return { ...rest, botToken: seal.open(sealedToken, owner) };
  }

  async function enterpriseOf(teamId: string): Promise<string | undefined> {
    return (await recordStore.get(teamCollection, SYSTEM_SCOPE, joinKey([teamId])))?.value.enterpriseId;
  }

  return {
    async find({ teamId, enterpriseId }) {
      const own = teamId === undefined ? undefined : await read(teamId);
      if (own !== undefined) return own;
      const organisation = enterpriseId ?? (teamId === undefined ? undefined : await enterpriseOf(teamId));
      return organisation === undefined ? undefined : read(organisation);
    },

    async save(installation) {
      const { botToken, ...rest } = installation;
      const owner = ownerOf(installation);
      await recordStore.put(installationCollection, SYSTEM_SCOPE, {
        id: joinKey([owner]),
        value: {
          ...rest,
          scopes: [...rest.scopes],
          sealedToken: seal.seal(botToken, owner),
          installedAt: clock.now(),
        },
      });
    },

    async remove({ teamId, enterpriseId }, beforeMs) {
      const owner = teamId ?? enterpriseId;
      if (owner === undefined) return false;
      const id = joinKey([owner]);
      const record = await recordStore.get(installationCollection, SYSTEM_SCOPE, id);
      if (record === undefined || record.value.installedAt >= beforeMs) return false;
      return recordStore.delete(installationCollection, SYSTEM_SCOPE, id);
    },

    count: async () => (await recordStore.list(installationCollection, SYSTEM_SCOPE, { limit: MAX_COUNTED })).length,

    async rememberTeam(teamId, enterpriseId) {
      if ((await enterpriseOf(teamId)) === enterpriseId) return;
      await recordStore.put(teamCollection, SYSTEM_SCOPE, { id: joinKey([teamId]), value: { enterpriseId } });
    },
  };
}

/** Whose key an installation is kept under: the organisation's when it is made for all of it. */
export function ownerOf({ teamId, enterpriseId }: Pick<Installation, 'teamId' | 'enterpriseId'>): string {
  const owner = teamId ?? enterpriseId;
  if (owner === null) throw new Error('an installation belongs to a workspace or to an organisation');
  return owner;
}
