import { expect, it, onTestFinished } from 'vitest';
import type { ChatEvent } from '../../src/core/chat/chat-event.js';
import type { OutgoingMessage } from '../../src/core/chat/outgoing-message.js';
import { startDocent } from '../../src/core/app.js';
import { planStart } from '../../src/core/plan.js';
import { definePlugin } from '../../src/core/plugin.js';
import type { ChatHost } from '../../src/core/ports/chat-adapter.js';
import { systemClock } from '../../src/core/system-clock.js';
import { builtInCommands, builtInPlugins, builtInReports } from '../../src/plugins.js';
import { handbook } from '../support/answering-room.js';
import { coach, makeEvent } from '../support/embedded-core.js';
import { eventually } from '../support/eventually.js';
import { createFakeChatAdapter } from '../support/fake-chat-adapter.js';
import { type Fault, startFaultProxy } from '../support/fault-proxy.js';
import { describeWith } from '../support/obtained.js';
import { startRedisServer } from '../support/redis-server.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const QUESTION = 'When are refunds for cancelled sessions paid?';
const ON_REDIS = ['RECORD_STORE', 'CONVERSATION_STORE', 'METRIC_STORE', 'BLOB_STORE', 'CHUNK_STORE', 'COORDINATOR'];
const UNAVAILABLE = { kind: 'error', text: expect.stringContaining('temporarily unavailable') as string };
const MEMORY_AWAY = expect.stringContaining('The memory of this conversation is away') as string;

const faults: { how: string; fault: Fault }[] = [
  { how: 'refuses connections', fault: { kind: 'refuse' } },
  { how: 'swallows everything', fault: { kind: 'black-hole' } },
  { how: 'is three seconds late', fault: { kind: 'latency', delayMs: 3_000 } },
];

/** A whole Docent whose shared engines are on a Redis behind a proxy, on a chat platform of the test's own. */
async function openDocent(redisPort: number) {
  const proxy = await startFaultProxy(redisPort);
  const adapter = createFakeChatAdapter();
  let host: ChatHost | undefined;
  adapter.start = async (given) => {
    host = given;
  };
  const create = async () => ({ chatAdapters: [adapter] });
  const folder = await temporaryFolder();
  const planned = planStart({
    plugins: [...builtInPlugins, definePlugin({ name: 'talk', description: 'A platform of the test.', create })],
    environment: {
      REDIS_URL: `redis://127.0.0.1:${proxy.port}`,
      DOCENT_DATA_FOLDER: folder,
      DOCENT_WEB_PORT: '0',
      DOCENT_LOG_LEVEL: 'silent',
      ...Object.fromEntries(ON_REDIS.map((engine) => [`DOCENT_${engine}`, 'redis'])),
    },
    commands: builtInCommands,
    reports: builtInReports,
  });
  if ('problems' in planned) throw new Error(JSON.stringify(planned.problems));
  const docent = await startDocent(planned.plan, { clock: systemClock, folder });
  onTestFinished(() => docent.stop(0));

  const said = (id: string, channelId: string, text: string, more: Partial<ChatEvent> = {}): ChatEvent => {
    const { creatorId: _creatorId, ...event } = makeEvent({ id, text, receivedAt: Date.now() });
    return { ...event, address: { ...event.address, channelId }, ...more };
  };
  const finished = (id: string): readonly OutgoingMessage[] => adapter.replies.get(id)?.finished ?? [];
  const accept = async (event: ChatEvent) => host?.accept(event);
  return {
    docent,
    proxy,
    adapter,
    said,
    finished,
    accept,
    /** What the member sees in the end, who waits no longer than ten seconds. */
    async outcome(event: ChatEvent): Promise<OutgoingMessage | undefined> {
      await Promise.all([accept(event), eventually(`an outcome of ${event.id}`, () => finished(event.id).length > 0)]);
      return finished(event.id)[0];
    },
  };
}

describeWith('redis-server', 'Docent on a Redis that', (part) => {
  it.each(faults)('$how answers what it can, says what it cannot, and is well again after it', async ({ fault }) => {
    const server = await startRedisServer(part);
    onTestFinished(() => server.stop());
    const { docent, proxy, adapter, said, finished, accept, outcome } = await openDocent(server.port);
    const link = { creatorId: coach, wholeWorkspace: false, ingestion: 'managers' } as const;
    await docent.services.links.link(said('link', 'known', '').address, link);
    adapter.files.set('handbook.md', handbook);
    const attachments = [{ name: 'handbook.md', sizeBytes: null, reference: null }];
    await outcome(said('upload', 'known', '', { attachments }));
    expect(await outcome(said('before', 'known', QUESTION))).toMatchObject({ kind: 'answer' });

    await proxy.set(fault);
    const forget = { kind: 'command', name: 'forget', input: { document: 'handbook.md' } } as const;
    const talk = { kind: 'message', text: 'Lunch?', mentionsDocent: false, mentionsOthers: false } as const;
    expect(
      await Promise.all([
        outcome(said('question', 'known', QUESTION)),
        outcome(said('elsewhere', 'unknown', QUESTION)),
        outcome(said('upload again', 'known', '', { attachments })),
        outcome(said('command', 'known', '', { body: forget })),
        accept(said('talk', 'unknown', '', { body: talk })),
      ]),
    ).toMatchObject([{ kind: 'answer', footnote: MEMORY_AWAY }, UNAVAILABLE, UNAVAILABLE, UNAVAILABLE, 'ignored']);

    await proxy.set({ kind: 'none' });
    let tries = 0;
    await eventually('an answer with its memory', async () => {
      const message = await outcome(said(`after ${tries++}`, 'known', QUESTION));
      return message?.kind === 'answer' && message.footnote?.includes('memory') !== true;
    });
    for (const id of ['question', 'elsewhere', 'upload again', 'command']) expect(finished(id)).toHaveLength(1);
  });
});
