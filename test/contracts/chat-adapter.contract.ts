import { beforeEach, describe, expect, it } from 'vitest';
import { type ChatAddress, type ChatEvent, chatEventSchema } from '../../src/core/chat/chat-event.js';
import { type OutgoingMessage, notice } from '../../src/core/chat/outgoing-message.js';
import { DocentError } from '../../src/core/errors.js';
import type { ChatAdapter, ChatHost } from '../../src/core/ports/chat-adapter.js';
import { type RecordingChatHost, createRecordingChatHost } from './recording-chat-host.js';

/** A chat platform under test, with an adapter that has started on it. */
export interface ChatAdapterSubject {
  /** The adapter at work; another one after `restart`. */
  readonly adapter: ChatAdapter;
  /** Somebody asks Docent; resolves once the host has the event. */
  ask(text: string): Promise<void>;
  /** What people see of Docent where the event came from, one text for each message, oldest first. */
  shown(event: ChatEvent): Promise<readonly string[]>;
  /** A place for messages that answer nobody. */
  readonly postAddress: ChatAddress;
  /** What people see in that place, one text for each message, oldest first. */
  posted(): Promise<readonly string[]>;
  /** An adapter of the same platform in another process, whose role is not to start it. */
  elsewhere(): ChatAdapter | Promise<ChatAdapter>;
  /** The process is killed, and another one takes over with the same host. */
  restart(): Promise<void>;
}

/** Makes a subject whose adapter delivers to `host`; cleans up after the test by itself. */
export type CreateChatAdapterSubject = (host: ChatHost) => Promise<ChatAdapterSubject>;

const never = new AbortController().signal;
const answer: OutgoingMessage = {
  kind: 'answer',
  text: 'Six days a year [1].',
  sources: [{ number: 1, documentName: 'handbook.pdf', headingPath: ['Leave'], page: 12 }],
  actions: [],
  confidence: 0.8,
};
/** Longer than a message may be on any platform, in words that can be counted. */
const longText = Array.from({ length: 4_000 }, (_, index) => `word${index}`).join(' ');

/** Where platforms differ. */
export interface ChatAdapterTraits {
  /** Whether the platform keeps messages. One that does not, such as a terminal, shows one outcome to who waits for it, and takes no posts. */
  readonly keepsMessages: boolean;
}

/** What every chat platform promises. */
export function describeChatAdapterContract(
  name: string,
  createSubject: CreateChatAdapterSubject,
  { keepsMessages }: ChatAdapterTraits = { keepsMessages: true },
): void {
  describe(`ChatAdapter contract: ${name}`, () => {
    let subject: ChatAdapterSubject;
    let host: RecordingChatHost;
    beforeEach(async () => {
      host = createRecordingChatHost();
      subject = await createSubject(host);
    });

    const asked = async (text = 'How many days?'): Promise<ChatEvent> => {
      await subject.ask(text);
      const event = host.events.at(-1);
      if (event === undefined) throw new Error('the host was given no event');
      return event;
    };
    const open = (event: ChatEvent) => subject.adapter.openReply(event, never);
    const shownOnce = async (event: ChatEvent): Promise<string> => {
      const messages = await subject.shown(event);
      expect(messages).toHaveLength(1);
      return messages[0] ?? '';
    };

    describe('events', () => {
      it('carry what was asked, in the shape that platforms share', async () => {
        const event = await asked('How many days?');
        expect(chatEventSchema.parse(event)).toEqual(event);
        expect(event.address.platform).toBe(subject.adapter.platform);
        expect(JSON.stringify(event.body)).toContain('How many days?');
      });

      it('survive being stored', async () => {
        const event = await asked();
        expect(JSON.parse(JSON.stringify(event))).toEqual(event);
      });

      it('have an id of their own', async () => {
        const first = await asked('One?');
        const second = await asked('Two?');
        expect(second.id).not.toBe(first.id);
      });
    });

    describe('a reply', () => {
      it('shows its final message once', async () => {
        const event = await asked();
        const receipt = await (await open(event)).finish(notice('It is six.'));
        expect(await shownOnce(event)).toContain('It is six.');
        expect(receipt.messageIds).toHaveLength(1);
      });

      it('replaces status and streamed text by the final message', async () => {
        const event = await asked();
        const reply = await open(event);
        await reply.status({ text: 'Searching everywhere', progress: { done: 1, total: 2 } });
        await reply.append('Perhaps ');
        await reply.append('seven');
        await reply.finish(notice('It is six.'));
        const text = await shownOnce(event);
        expect(text).toContain('It is six.');
        expect(text).not.toContain('Searching everywhere');
        expect(text).not.toContain('seven');
      });

      if (keepsMessages) {
        it('replaces its final message by a second one', async () => {
          const event = await asked();
          await (await open(event)).finish(notice('It is five.'));
          await (await open(event)).finish(notice('It is six.'));
          const text = await shownOnce(event);
          expect(text).toContain('It is six.');
          expect(text).not.toContain('five');
        });

        it('is opened and finished by a process that has not started the adapter', async () => {
          const event = await asked();
          await (await open(event)).status({ text: 'Searching everywhere' });
          const stored = chatEventSchema.parse(JSON.parse(JSON.stringify(event)));
          await (await (await subject.elsewhere()).openReply(stored, never)).finish(notice('It is six.'));
          expect(await shownOnce(event)).toContain('It is six.');
        });

        it('is found again after a restart, by the stored event', async () => {
          const event = await asked();
          await (await open(event)).status({ text: 'Searching everywhere' });
          await subject.restart();
          const stored = chatEventSchema.parse(JSON.parse(JSON.stringify(event)));
          await (await open(stored)).finish(notice('It is six.'));
          expect(await shownOnce(event)).toContain('It is six.');
        });
      } else {
        it('shows nothing after its final message', async () => {
          const event = await asked();
          await (await open(event)).finish(notice('It is five.'));
          const receipt = await (await open(event)).finish(notice('It is six.'));
          expect(await shownOnce(event)).toContain('It is five.');
          expect(receipt.messageIds).toEqual([]);
        });

        it('reaches nobody from another process', async () => {
          const event = await asked();
          const receipt = await (
            await (await subject.elsewhere()).openReply(event, never)
          ).finish(notice('It is six.'));
          expect(receipt.messageIds).toEqual([]);
        });

        it('tells nobody when who asked is gone after a restart', async () => {
          const event = await asked();
          await subject.restart();
          const receipt = await (await open(event)).finish(notice('It is six.'));
          expect(receipt.messageIds).toEqual([]);
          expect(await subject.shown(event)).toEqual([]);
        });
      }

      it('names the documents that an answer cites', async () => {
        const event = await asked();
        await (await open(event)).finish(answer);
        const text = await shownOnce(event);
        expect(text).toContain('Six days a year');
        expect(text).toContain('handbook.pdf');
      });

      it('cuts nothing of a long message', async () => {
        const event = await asked();
        await (await open(event)).finish(notice(longText));
        const text = (await subject.shown(event)).join(' ');
        expect(text.match(/\bword\d+\b/g)).toEqual(longText.split(' '));
      });

      it('answers each question in its own place', async () => {
        const first = await asked('One?');
        const second = await asked('Two?');
        await (await open(second)).finish(notice('Second outcome.'));
        await (await open(first)).finish(notice('First outcome.'));
        expect((await subject.shown(first)).join('\n')).toContain('First outcome.');
        expect((await subject.shown(second)).join('\n')).toContain('Second outcome.');
      });

      it('can be finished while the adapter stops', async () => {
        const event = await asked();
        const reply = await open(event);
        const finished = reply.finish(notice('It is six.'));
        await subject.adapter.stop();
        await finished;
        await subject.restart();
        expect(await shownOnce(event)).toContain('It is six.');
      });
    });

    if (keepsMessages) {
      describe('posting', () => {
        const post = (text: string, key: string) =>
          subject.adapter.post(subject.postAddress, notice(text), { key, signal: never });

        it('shows a message that answers nobody', async () => {
          const receipt = await post('The weekly figures.', 'week-1');
          expect((await subject.posted()).join('\n')).toContain('The weekly figures.');
          expect(receipt.messageIds.length).toBeGreaterThan(0);
        });

        it('shows a message of one key once', async () => {
          await post('The weekly figures.', 'week-1');
          await post('The weekly figures.', 'week-1');
          await subject.restart();
          await post('The weekly figures.', 'week-1');
          expect(await subject.posted()).toHaveLength(1);
        });

        it('is done by a process that has not started the adapter', async () => {
          const adapter = await subject.elsewhere();
          await adapter.post(subject.postAddress, notice('The weekly figures.'), { key: 'week-1', signal: never });
          expect((await subject.posted()).join('\n')).toContain('The weekly figures.');
          await adapter.stop();
        });

        it('shows messages of different keys each', async () => {
          await post('The first week.', 'week-1');
          await post('The second week.', 'week-2');
          expect((await subject.posted()).join('\n')).toMatch(/The first week\.[^]*The second week\./);
        });
      });
    } else {
      it('refuses to be posted to', async () => {
        const post = subject.adapter.post(subject.postAddress, notice('The weekly figures.'), {
          key: 'week-1',
          signal: never,
        });
        await expect(post).rejects.toBeInstanceOf(DocentError);
      });
    }

    it('downloads nothing that it did not deliver itself', async () => {
      const event = await asked();
      const stranger = { name: 'a.pdf', sizeBytes: 1, reference: { url: 'http://127.0.0.1:9/secret' } };
      const download = subject.adapter.download(event, stranger, never);
      await expect(download[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
    });

    it('says how it is', async () => {
      const health = await subject.adapter.health(never);
      expect(health.state).toBe('healthy');
      expect(health.detail).not.toBe('');
    });
  });
}
