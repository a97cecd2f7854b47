import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TAKEN_OVER } from '../../../src/core/chat/taken-over.js';
import { type OutgoingMessage, notice } from '../../../src/core/chat/outgoing-message.js';
import { eventually } from '../../support/eventually.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { MAX_UPLOAD_BYTES, never, openTerminal } from './open-terminal.js';

describe('the terminal adapter', () => {
  it('tells who connects which commands there are', async () => {
    const { connect } = await openTerminal();
    const { hello } = await connect();
    expect(hello.commands.map(({ name }) => name)).toEqual(['ask', 'ingest']);
    expect(hello.commands[1]).toMatchObject({
      attachments: 'required',
      fields: [{ option: '--replace', isFlag: true }],
    });
    expect(hello).toMatchObject({ defaultCreatorId: 'coach', acceptedExtensions: ['.pdf'] });
  });

  it('runs a command that only reads while the terminal waits', async () => {
    const answer: OutgoingMessage = { ...notice('Two years [1].'), kind: 'answer' };
    const { connect, events } = await openTerminal({
      async execute(_event, reply) {
        await reply.status({ text: 'Searching', progress: { done: 1, total: 2 } });
        await reply.append('Two ');
        await reply.append('years [1].');
        return answer;
      },
    });
    const seen: unknown[] = [];
    const message = await (
      await connect()
    ).run({
      command: { words: ['ask', 'How', 'long?'], thread: 'course' },
      onStatus: (status) => seen.push(status),
      onText: (text) => seen.push(text),
    });
    expect(message).toEqual(answer);
    expect(seen).toEqual([{ text: 'Searching', progress: { done: 1, total: 2 } }, 'Two ', 'years [1].']);
    expect(events[0]).toMatchObject({
      address: { platform: 'terminal', threadId: 'course' },
      author: { role: 'operator' },
      body: { kind: 'command', name: 'ask', input: { question: 'How long?' } },
      creatorId: 'coach',
    });
  });

  it('stops a command that only reads when the terminal goes away', async () => {
    let stopped: (reason: string) => void = () => {};
    const reason = new Promise<string>((resolve) => {
      stopped = resolve;
    });
    const { connect } = await openTerminal({
      async execute(_event, _reply, signal) {
        await once(signal, 'abort');
        stopped('the terminal went away');
        return notice('');
      },
    });
    const leaving = new AbortController();
    const run = (await connect(leaving.signal)).run({ command: { words: ['ask', 'hm'] } });
    leaving.abort(new Error('Ctrl-C'));
    await expect(run).rejects.toThrow('Ctrl-C');
    expect(await reason).toBe('the terminal went away');
  });

  it('keeps the bytes of a file before the event that names it', async () => {
    const bytes = randomBytes(200_000);
    const path = join(await temporaryFolder(), 'plan.pdf');
    await writeFile(path, bytes);
    const started = await openTerminal({
      async execute(event) {
        setImmediate(() => void started.adapter.openReply(event, never).then((reply) => reply.finish(notice('added'))));
        return TAKEN_OVER;
      },
    });
    const connection = await started.connect();
    const message = await connection.run({ command: { words: ['ingest'] }, files: [{ name: 'plan.pdf', path }] });
    expect(message.text).toBe('added');
    expect(started.kept().equals(bytes)).toBe(true);
    expect(started.events[0]?.attachments).toMatchObject([{ name: 'plan.pdf', sizeBytes: 200_000 }]);
  });

  it('goes on with a command that changes something when the terminal goes away', async () => {
    let letGo = (): void => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    let isDone = false;
    const { connect, events } = await openTerminal({
      async execute(_event, _reply, signal) {
        await held;
        isDone = !signal.aborted;
        return notice('done');
      },
    });
    const leaving = new AbortController();
    const run = (await connect(leaving.signal)).run({ command: { words: ['ingest'] } });
    run.catch(() => {});
    await eventually('the command runs', () => events.length === 1);
    leaving.abort();
    letGo();
    await eventually('it is done', () => isDone);
  });

  it('ends a file over the limit in a message that names it', async () => {
    const path = join(await temporaryFolder(), 'huge.pdf');
    await writeFile(path, randomBytes(3 * MAX_UPLOAD_BYTES));
    const { connect, events } = await openTerminal();
    const message = await (
      await connect()
    ).run({ command: { words: ['ingest'] }, files: [{ name: 'huge.pdf', path }] });
    expect(message).toMatchObject({ kind: 'error', data: { code: 'DOCUMENT_TOO_LARGE' } });
    expect(events).toEqual([]);
  });

  it('leaves no event behind when a file cannot be read', async () => {
    const { connect, events } = await openTerminal();
    const run = (await connect()).run({
      command: { words: ['ingest'] },
      files: [{ name: 'gone.pdf', path: '/nowhere/gone.pdf' }],
    });
    await expect(run).rejects.toThrow('ENOENT');
    expect(events).toEqual([]);
  });

  it.each([
    { wrong: 'an unknown command', words: ['dance'], code: 'COMMAND_UNKNOWN' },
    { wrong: 'an unknown option', words: ['ingest', '--twice'], code: 'COMMAND_INPUT' },
  ])('answers $wrong with an error message', async ({ words, code }) => {
    const { connect } = await openTerminal();
    expect(await (await connect()).run({ command: { words } })).toMatchObject({ kind: 'error', data: { code } });
  });

  it('tells the terminal when Docent stops in the middle', async () => {
    const { adapter, connect } = await openTerminal({
      execute: (_event, _reply, signal) => once(signal, 'abort').then(() => notice('')),
    });
    const run = (await connect()).run({ command: { words: ['ask', 'hm'] } });
    run.catch(() => {});
    await adapter.stop();
    await expect(run).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  });

  it('keeps no reply for a terminal that is gone', async () => {
    const { adapter, events, connect } = await openTerminal({ execute: async () => TAKEN_OVER });
    const leaving = new AbortController();
    const run = (await connect(leaving.signal)).run({ command: { words: ['ingest'] } });
    run.catch(() => {});
    await eventually('the event comes', () => events.length === 1);
    leaving.abort();
    const [event] = events;
    if (event === undefined) throw new Error('no event');
    await eventually('the reply is gone', async () => {
      const reply = await adapter.openReply(event, never);
      return (await reply.finish(notice(''))).messageIds.length === 0;
    });
  });
});
