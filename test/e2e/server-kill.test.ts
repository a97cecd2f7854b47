import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { EVENT_QUEUE } from '../../src/core/chat/accepted-event.js';
import { EMBED_QUEUE, INGEST_QUEUE } from '../../src/core/ingest/ingest-payload.js';
import type { Coordinator } from '../../src/core/ports/coordinator.js';
import { isEngineAway } from '../../src/core/store-deadline.js';
import {
  type AuditedKnowledge,
  type Findings,
  type SentGuide,
  auditCopy,
  auditStores,
  joined,
} from '../support/audit-guides.js';
import { type DocentFleet, createDocentFleet } from '../support/docent-fleet.js';
import { coach } from '../support/embedded-core.js';
import { describeWithAll } from '../support/obtained.js';
import { type ServerEngines, useServerEngines } from '../support/server-engines.js';
import { openServerStores } from '../support/server-stores.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { makeGuide } from '../support/versioned-guide.js';
import { abandonedClaims, heldClaims } from '../support/work-claims.js';

/** Kills at random moments, by default one of each part; `DOCENT_KILL_ROUNDS=100` for the long proof. */
const KILLS = Number(process.env['DOCENT_KILL_ROUNDS'] ?? 5);
const DOCUMENTS = 25;
const NEW_VERSIONS_A_KILL = 3;
/** The time in which the kill falls, in milliseconds after the uploads were begun. */
const KILL_WITHIN_MS = 2_500;
/** A killed worker's work is taken over half a minute later. */
const PATIENCE_MS = 300_000;
const within = { timeout: PATIENCE_MS, interval: 250 };

const VICTIMS = ['worker-1', 'worker-2', 'gateway', 'redis', 'chroma'] as const;
type Victim = (typeof VICTIMS)[number];

/** All of them in an order of chance, again and again. */
function* inRandomOrder(): Generator<Victim, never> {
  for (;;)
    yield* VICTIMS.map((victim) => ({ victim, place: Math.random() }))
      .toSorted((one, other) => one.place - other.place)
      .map(({ victim }) => victim);
}

/** Uploads guides, new versions over old ones, and keeps what became of it. */
function createUploader(fleet: DocentFleet) {
  const sent: SentGuide[] = [];
  const sending = new Map<number, Promise<void>>();
  const send = async (number: number): Promise<void> => {
    const version = sent.filter((guide) => guide.number === number).length;
    const guide: SentGuide = { ...(await makeGuide(number, version)), isAcknowledged: false };
    sent.push(guide);
    try {
      guide.isAcknowledged = (await fleet.page().upload(guide.name, guide.bytes)) === 202;
    } catch {
      // The gateway was killed under it.
    }
    sending.delete(number);
  };
  return {
    sent,
    sending: () => sending.size,
    /** Guides of which no version was acknowledged yet. */
    missing: () =>
      Array.from({ length: DOCUMENTS }, (_, number) => number).filter(
        (number) => !sent.some((guide) => guide.number === number && guide.isAcknowledged),
      ),
    /** Begins to send the next version of each; one that is on its way is let arrive first. */
    begin(numbers: readonly number[]): void {
      for (const number of numbers) if (!sending.has(number)) sending.set(number, send(number));
    },
    arrived: async (): Promise<unknown> => Promise.all(sending.values()),
  };
}

/** Kills one part, starts it again, and says whether it was in the middle of its work. */
async function killAndRestart(
  victim: Victim,
  {
    fleet,
    engines,
    uploads,
  }: { readonly fleet: DocentFleet; readonly engines: ServerEngines; readonly uploads: number },
): Promise<boolean> {
  const { redis } = engines;
  if (victim === 'redis' || victim === 'chroma') {
    const { events, documents } = await heldClaims(redis.port, Date.now());
    await engines[victim].kill();
    await engines[victim].restart();
    return documents + (victim === 'redis' ? events + uploads : 0) > 0;
  }
  const killedAt = Date.now();
  await fleet.kill(victim);
  await fleet.start(victim, victim === 'gateway' ? 'gateway' : 'worker');
  const { events, documents } = await abandonedClaims(redis.port, killedAt);
  return (victim === 'gateway' ? events + uploads : documents) > 0;
}

async function unfinished(coordinator: Coordinator): Promise<number> {
  const queues = [EVENT_QUEUE, INGEST_QUEUE, EMBED_QUEUE];
  try {
    return (await Promise.all(queues.map((queue) => coordinator.list({ queue, limit: 1_000 })))).flat().length;
  } catch (error) {
    if (isEngineAway(error)) return Infinity;
    throw error;
  }
}

interface Kill {
  readonly victim: Victim;
  readonly wasWorking: boolean;
}

function tableOf(kills: readonly Kill[]): string[] {
  return VICTIMS.map((name) => {
    const own = kills.filter(({ victim }) => victim === name);
    const midway = own.filter(({ wasWorking }) => wasWorking).length;
    return `kills of ${name}: ${own.length}, in the middle of work: ${midway}`;
  });
}

function countsOf(sent: readonly SentGuide[], audit: AuditedKnowledge, { lost, doubled, left }: Findings): string[] {
  const acknowledged = sent.filter(({ isAcknowledged }) => isAcknowledged).length;
  return [
    `uploads: ${sent.length}, acknowledged: ${acknowledged}, documents: ${audit.current.length}`,
    `passages: ${audit.chunks.length}, vectors: ${audit.vectors}`,
    `lost: ${lost.length}, doubled: ${doubled.length}, left behind: ${left.length}`,
  ];
}

describeWithAll(['redis-server', 'chroma'], 'one Docent in several processes, on Redis and Chroma', (parts) => {
  const open = useServerEngines(parts);

  it(
    `loses and doubles nothing of ${DOCUMENTS} documents over ${KILLS} kills at random moments`,
    async () => {
      const engines = open();
      const fleet = createDocentFleet(await temporaryFolder(), engines.environment);
      await fleet.start('gateway', 'gateway');
      await Promise.all([fleet.start('worker-1', 'worker'), fleet.start('worker-2', 'worker')]);
      const uploader = createUploader(fleet);
      const kills: Kill[] = [];
      const victims = inRandomOrder();
      while (kills.length < KILLS) {
        const anyone = Array.from({ length: NEW_VERSIONS_A_KILL }, () => Math.floor(Math.random() * DOCUMENTS));
        uploader.begin([...uploader.missing(), ...anyone]);
        const question = `What is the password of atlas${kills.length % DOCUMENTS}?`;
        void fleet
          .page()
          .ask(question)
          .catch(() => undefined);
        await wait(Math.random() * KILL_WITHIN_MS);
        const victim = victims.next().value;
        const wasWorking = await killAndRestart(victim, { fleet, engines, uploads: uploader.sending() });
        kills.push({ victim, wasWorking });
      }
      for (; uploader.missing().length > 0; uploader.begin(uploader.missing())) await uploader.arrived();
      await uploader.arrived();
      const stores = await openServerStores(engines.environment);
      await expect.poll(() => unfinished(stores.coordinator), within).toBe(0);

      const { sent } = uploader;
      const ports = { redisPort: engines.redis.port, chromaPort: engines.chroma.port };
      const audit = await auditStores({ creatorId: coach, engines: stores, ...ports }, sent);
      const auditGateway = async (name: string): Promise<Findings> => {
        const [guide] = audit.current;
        const threadId = await fleet.page().ask(guide?.question ?? '');
        await expect.poll(() => fleet.page().replyIn(threadId), within).toContain(guide?.word);
        expect(await fleet.stop(name)).toBe(0);
        return auditCopy(fleet.dataFolder(name), coach, audit, sent);
      };
      const killed = await auditGateway('gateway');
      await fleet.start('fresh gateway', 'gateway');
      const findings = joined([audit, killed, await auditGateway('fresh gateway')]);
      process.stdout.write(`${[...tableOf(kills), ...countsOf(sent, audit, findings)].join('\n')}\n`);
      expect(findings).toEqual({ lost: [], doubled: [], left: [] });
      expect(kills.some(({ wasWorking }) => wasWorking)).toBe(true);
    },
    2 * PATIENCE_MS + KILLS * 30_000,
  );
});
