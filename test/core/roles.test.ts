import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import documents from '../../src/adapters/documents/plugin.js';
import hono from '../../src/adapters/hono/plugin.js';
import sqlite from '../../src/adapters/sqlite/plugin.js';
import terminal from '../../src/adapters/terminal/plugin.js';
import { connectTerminal } from '../../src/adapters/terminal/terminal-client.js';
import web from '../../src/adapters/web/plugin.js';
import { startDocent } from '../../src/core/app.js';
import { notice } from '../../src/core/chat/outgoing-message.js';
import { creatorIdSchema, eventIdSchema } from '../../src/core/ids.js';
import { planStart } from '../../src/core/plan.js';
import { type Engines, definePlugin } from '../../src/core/plugin.js';
import type { ChatHost } from '../../src/core/ports/chat-adapter.js';
import type { ScheduledTask } from '../../src/core/ports/schedule.js';
import { ENGINE_NAMES, engineVariable } from '../../src/core/profiles.js';
import { defineReport } from '../../src/core/reports/report.js';
import type { Role } from '../../src/core/roles.js';
import { systemClock } from '../../src/core/system-clock.js';
import { builtInCommands } from '../../src/plugins.js';
import { makeEvent } from '../support/embedded-core.js';
import { openEmbeddedStores } from '../support/embedded-stores.js';
import { eventually } from '../support/eventually.js';
import { createFakeChatAdapter } from '../support/fake-chat-adapter.js';
import { createFakeEmbedder } from '../support/fake-embedder.js';
import { createScriptedChatModel } from '../support/scripted-chat-model.js';
import { createSharedChunkStore } from '../support/shared-chunk-store.js';
import { openPageClient } from '../support/page-client.js';
import { silentLogger } from '../support/silent-logger.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const coach = creatorIdSchema.parse('coach');
const signal = new AbortController().signal;
const TEXT = 'Refunds for cancelled sessions are paid within ten days.';
const QUESTION = 'When are refunds for cancelled sessions paid?';

const weekly = defineReport({
  name: 'weekly',
  description: 'The week.',
  defaultSchedule: '0 9 * * 1',
  collect: async () => ({}),
  render: () => notice('The weekly figures.'),
});

/** One Docent in several processes: they share all but the keyword index, each has its own data folder. */
async function openDocent() {
  const { engines: stores } = await openEmbeddedStores(systemClock);
  const tasks: ScheduledTask[] = [];
  const engines: Partial<Engines> = {
    ...stores,
    chunkStore: createSharedChunkStore(),
    embedder: createFakeEmbedder(),
    chatModel: createScriptedChatModel(),
    logger: silentLogger,
    chartRenderer: { render: async () => new Uint8Array([1]) },
    schedule: {
      start(task) {
        tasks.push(task);
        return async () => {};
      },
      inWords: (cron) => cron,
      next: (_cron, _timezone, count) => Array.from({ length: count }, (_, index) => Date.now() + (index + 1) * 1e9),
    },
  };
  const own = new Set(['keywordIndex', 'httpServer']);
  const chosen = ENGINE_NAMES.filter((name) => !own.has(name));
  const shared = definePlugin({
    name: 'shared',
    description: 'What processes share.',
    provides: chosen,
    create: () => ({ engines }),
  });

  async function start(role: Role) {
    const folder = await temporaryFolder();
    const fake = createFakeChatAdapter();
    let host: ChatHost | undefined;
    const platform = definePlugin({
      name: 'test',
      description: 'A platform.',
      platforms: ['test'],
      create: () => ({ chatAdapters: [{ ...fake, start: async (given) => void (host = given) }] }),
    });
    const planned = planStart({
      plugins: [shared, sqlite, hono, documents, web, terminal, platform],
      environment: {
        ...Object.fromEntries(chosen.map((name) => [engineVariable(name), 'shared'])),
        DOCENT_ROLE: role,
        DOCENT_WEB_PORT: '0',
        DOCENT_CREATOR: 'coach',
      },
      commands: builtInCommands,
      reports: [weekly],
    });
    if ('problems' in planned) throw new Error(planned.problems.map(({ problem }) => problem).join('\n'));
    const docent = await startDocent(planned.plan, { clock: systemClock, folder });
    onTestFinished(() => docent.stop(0));
    const socket = join(folder, 'data', 'docent.sock');
    return {
      docent,
      platform: fake,
      host: () => host,
      files: () => readdir(join(folder, 'data')),
      async run(words: string[], ...paths: string[]) {
        const connection = await connectTerminal(socket, signal);
        if (connection === undefined) throw new Error('nobody listens');
        const files = paths.map((path) => ({ name: 'handbook.md', path }));
        return connection.run({ command: { words }, files });
      },
    };
  }
  return { engines, tasks, start };
}

async function handbook(): Promise<string> {
  const path = join(await temporaryFolder(), 'handbook.md');
  await writeFile(path, `# Money\n\n${TEXT}\n`);
  return path;
}

describe('processes of several roles', () => {
  it('take an upload over the page of one, read it in another, and answer from a copy', async () => {
    const docent = await openDocent();
    const gateway = await docent.start('gateway');
    const page = await openPageClient(gateway.docent.url ?? '', coach);
    expect(await page.upload('handbook.md', `# Money\n\n${TEXT}\n`)).toBe(202);
    await docent.start('worker');
    await eventually('the page sees the outcome', () => page.outcomes().length === 1);
    expect(page.outcomes()[0]).toContain('can be asked about now');
    expect(page.events.map(({ type }) => type)).toContain('uploadStatus');
    await page.ask(QUESTION);
    await eventually('the page sees the answer', () => page.replies().length === 1);
    expect(page.replies()).toEqual(['Yes [1].']);
    expect((await gateway.files()).filter((name) => !/^(?:owner|docent\.sock)/.test(name))).toEqual(['knowledge']);
  });

  it('show the result of a job on a platform that its process has not started', async () => {
    const docent = await openDocent();
    const gateway = await docent.start('gateway');
    const worker = await docent.start('worker');
    expect(worker.host()).toBeUndefined();
    const bytes = (async function* () {
      yield new TextEncoder().encode(TEXT);
    })();
    const blob = await docent.engines.blobStore?.put(coach, bytes, { maxBytes: 1_000, signal });
    if (blob === undefined) throw new Error('no blob');
    const event = {
      ...makeEvent({ receivedAt: Date.now() }),
      id: eventIdSchema.parse('test/1'),
      body: { kind: 'command', name: 'ingest', input: {} } as const,
      attachments: [{ name: 'handbook.md', sizeBytes: blob.sizeBytes, blob, reference: null }],
    };
    expect(await gateway.host()?.accept(event)).toBe('accepted');
    await eventually('the result is shown', () => worker.platform.finishedEvents.includes(event.id));
    expect(gateway.platform.finishedEvents).toEqual([]);
  });

  it('leave questions to those that answer', async () => {
    const docent = await openDocent();
    const worker = await docent.start('worker');
    const event = { ...makeEvent({ text: QUESTION, receivedAt: Date.now() }), id: eventIdSchema.parse('test/2') };
    const first = await docent.start('gateway');
    await first.host()?.accept(event);
    await eventually('it is answered', () => first.platform.finishedEvents.includes(event.id));
    expect(worker.platform.replies.size).toBe(0);
  });

  it('let each be asked by its own operators, and do what they type in that process', async () => {
    const docent = await openDocent();
    const path = await handbook();
    for (const role of ['gateway', 'worker', 'scheduler'] as const) {
      const { docent: running, run } = await docent.start(role);
      expect((await run(['health'])).text).toContain('keyword search');
      expect(running.url === undefined).toBe(role !== 'gateway');
    }
    const { run } = await docent.start('scheduler');
    expect((await run(['ingest'], path)).text).toContain('can be asked about now');
    expect((await run(['ask', QUESTION])).text).toBe('Yes [1].');
    expect((await run(['forget-creator', 'coach'])).kind).toBe('notice');
    expect((await run(['ask', QUESTION])).text).toContain('no documents');
  });

  it('post reports from the scheduler alone', async () => {
    const docent = await openDocent();
    await docent.start('gateway');
    await docent.start('worker');
    expect(docent.tasks).toEqual([]);
    const { platform, docent: scheduler } = await docent.start('scheduler');
    await scheduler.services.creators.add(coach);
    await scheduler.services.links.setAdminChannel(coach, makeEvent().address);
    await docent.tasks[0]?.run(Date.now(), signal);
    await eventually('the report is posted', () => platform.posted.length === 1);
    expect(platform.posted[0]?.message.text).toBe('The weekly figures.');
  });
});
