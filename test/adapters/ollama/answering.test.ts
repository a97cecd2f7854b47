import { describe, expect, it } from 'vitest';
import { openRoom } from '../../support/answering-room.js';
import { createFakeClock } from '../../support/fake-clock.js';
import { Refusal } from '../../support/ollama/requests.js';
import { createGate, never, openOllama, soon } from './open-ollama.js';

const QUESTION = 'When are refunds for cancelled sessions paid?';

/** A room whose answers are written by the adapter on a stand-in. */
async function openOllamaRoom(options: Parameters<typeof openOllama>[0] = {}) {
  const clock = createFakeClock();
  const ollama = await openOllama({ chosenFor: ['chatModel'], ...options, clock });
  const room = await openRoom({ clock, chatModel: ollama.chatModel });
  return { ...ollama, ...room };
}

const kept = async (room: Awaited<ReturnType<typeof openOllamaRoom>>): Promise<number> =>
  [...room.answers.values()].filter(({ outcome }) => outcome === 'answered').length;

describe('a question answered with Ollama', () => {
  it('gets what the model wrote, with its source', async () => {
    const room = await openOllamaRoom();
    expect(await room.ask(QUESTION)).toMatchObject({
      kind: 'answer',
      text: expect.stringMatching(/within ten days \[1\]\.$/),
      sources: [expect.objectContaining({ number: 1, documentName: 'handbook.md' })],
      data: expect.objectContaining({ model: 'mistral' }),
    });
  });

  it('is refused when the model says that the documents do not cover it', async () => {
    const room = await openOllamaRoom();
    room.server.behaviour.say = () => 'NOT_COVERED';
    expect(await room.ask(QUESTION)).toMatchObject({ kind: 'refusal' });
  });

  it.each([
    ['is away', async (room: Awaited<ReturnType<typeof openOllamaRoom>>) => room.server.close()],
    ['lacks the model', async (room: Awaited<ReturnType<typeof openOllamaRoom>>) => room.server.disk.installed.clear()],
    [
      'is busy',
      async (room: Awaited<ReturnType<typeof openOllamaRoom>>) => {
        room.server.behaviour.intercept = async () => new Refusal(503, 'server busy');
      },
    ],
    [
      'breaks off',
      async (room: Awaited<ReturnType<typeof openOllamaRoom>>) => {
        room.server.behaviour.faults.push({ afterLines: 3, fault: 'reset' });
      },
    ],
  ])('gets the passages quoted when Ollama %s, and that is kept as no answer', async (_what, harm) => {
    const room = await openOllamaRoom();
    await harm(room);
    const message = await room.ask(QUESTION);
    expect(message).toMatchObject({
      kind: 'fallback',
      text: expect.stringContaining('Refunds for cancelled sessions are paid within ten days.'),
    });
    expect(message.text).toContain('language model is not available');
    expect(await kept(room)).toBe(0);
  });

  it('is told within ten seconds that the model loads, and gets quotes only when the first word is too late', async () => {
    const room = await openOllamaRoom();
    room.server.behaviour.load = () => never();
    const asked = room.ask(QUESTION, { id: 'question' });
    await soon(() => room.requestsTo('/api/chat').length).toBe(1);
    await room.clock.advance(4_000);
    await soon(() => room.replies.get('question')?.statuses.at(-1)?.text).toBe(
      'Loading the language model mistral (4 s)',
    );
    await room.clock.advance(1_000);
    expect(await asked).toMatchObject({ kind: 'fallback' });
    await soon(() => room.requestsTo('/api/chat')[0]?.state).toBe('closed');
  });

  it('is answered by a model that was slow to load, in time', async () => {
    const room = await openOllamaRoom();
    const load = createGate();
    room.server.behaviour.load = () => load.opened;
    const asked = room.ask(QUESTION);
    await soon(() => room.requestsTo('/api/chat').length).toBe(1);
    await room.clock.advance(4_900);
    load.open();
    expect(await asked).toMatchObject({ kind: 'answer' });
  });

  it('does not lose the time for its first word in the queue', async () => {
    const room = await openOllamaRoom();
    const gates = [createGate(), createGate()];
    let chats = 0;
    room.server.behaviour.intercept = async ({ path }) => (path === '/api/chat' ? gates[chats++]?.opened : undefined);
    const first = room.ask(QUESTION);
    await soon(() => chats).toBe(1);
    const second = room.ask(QUESTION, { id: 'second' });
    await soon(() => room.replies.get('second')?.statuses.at(-1)?.text).toContain('1 question before yours');
    await room.clock.advance(4_000);
    gates[0]?.open();
    await first;
    await soon(() => chats).toBe(2);
    await room.clock.advance(4_000);
    gates[1]?.open();
    expect(await second).toMatchObject({ kind: 'answer' });
  });
});
