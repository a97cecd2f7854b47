import { describe, expect, it } from 'vitest';
import type { ChatAddress } from '../../../src/core/chat/chat-event.js';
import { type OutgoingMessage, notice } from '../../../src/core/chat/outgoing-message.js';
import { eventually } from '../../support/eventually.js';
import { openSlack } from './open-slack.js';

const never = new AbortController().signal;
const documents = notice('**2 documents**\n\n- **handbook.pdf**: ready, 12 pages.\n- **faq.md**: being read.', {
  documents: [{ name: 'handbook.pdf' }, { name: 'faq.md' }],
});
const denied: OutgoingMessage = { ...notice('The command "stats" is for managers.'), kind: 'error' };

describe('the Stop button', () => {
  it('stops what the thread asked', async () => {
    const stopped: ChatAddress[] = [];
    const slack = await openSlack({
      host: {
        async cancel(address) {
          stopped.push(address);
          return 1;
        },
      },
    });
    const { message } = slack.ada.post(slack.channel.id, { text: `${slack.mention} How many days?` });
    await slack.server.settled();
    const event = slack.host.events[0]!;
    const reply = await slack.adapter.openReply(event, never);
    await reply.append('Six days');
    await slack.ada.pressStop(slack.channel.id, message.ts)?.settled;
    expect(stopped).toEqual([event.address]);
    await (await slack.adapter.openReply(event, never)).finish(notice('Stopped.'));
    const thread = slack.server.screen.thread(slack.channel.id, message.ts);
    expect(thread.map(({ text }) => text)).toEqual(['Stopped.']);
  });

  it('goes away where nothing is left to stop', async () => {
    const slack = await openSlack();
    const { message } = slack.ada.post(slack.channel.id, { text: `${slack.mention} How many days?` });
    await slack.server.settled();
    await (await slack.adapter.openReply(slack.host.events[0]!, never)).status({ text: 'Searching' });
    await slack.ada.pressStop(slack.channel.id, message.ts)?.settled;
    await eventually('the end', () => slack.server.screen.session(slack.channel.id, message.ts)?.status === 'active');
  });
});

describe('the home tab', () => {
  it('shows the documents and how to ask, and the figures to managers alone', async () => {
    let isManager = true;
    const slack = await openSlack({
      host: {
        async execute({ body }) {
          if (body.kind === 'command' && body.name === 'stats') return isManager ? notice('**12 questions**') : denied;
          return documents;
        },
      },
    });
    await slack.ada.openHome('home')?.settled;
    await eventually('the tab', () => slack.server.screen.home(slack.ada.id) !== undefined);
    const lines = slack.server.screen.home(slack.ada.id)!.lines.join('\n');
    expect(lines).toContain('handbook.pdf: ready, 12 pages.');
    expect(lines).toContain('/ask');
    expect(lines).toContain('12 questions');
    isManager = false;
    await slack.grace.openHome('home')?.settled;
    await eventually('the tab', () => slack.server.screen.home(slack.grace.id) !== undefined);
    expect(slack.server.screen.home(slack.grace.id)!.lines.join('\n')).not.toContain('12 questions');
    expect(slack.server.violations).toEqual([]);
  });

  it('shows whom the person asks, and chooses another', async () => {
    let creator = 'my-course';
    const slack = await openSlack({
      host: {
        suggest: async () => ['my-course', 'your-course'],
        async execute({ body }) {
          if (body.kind !== 'command' || body.name === 'stats') return denied;
          if (body.name === 'use') creator = 'your-course';
          return { ...documents, data: { creator } };
        },
      },
    });
    const home = () => slack.server.screen.home(slack.grace.id)?.lines.join('\n') ?? '';
    await slack.grace.openHome('home')?.settled;
    await eventually('the creator', () => home().includes('you ask my-course'));
    await slack.grace.useInHome({ actionId: 'docent.run.0' }).settled;
    await eventually('the other one', () => home().includes('you ask your-course'));
    expect(slack.server.violations).toEqual([]);
  });

  it('turns the page of a long list', async () => {
    const slack = await openSlack({
      host: {
        async execute({ body }) {
          const page = body.kind === 'command' ? (body.input['page'] ?? 1) : 1;
          if (typeof page !== 'number' || (body.kind === 'command' && body.name === 'stats')) return denied;
          const actions = page === 1 ? [{ label: 'Next page', command: 'documents', input: { page: 2 } }] : [];
          return { ...notice(`Page ${page} of 2`), actions };
        },
      },
    });
    const home = (): string => slack.server.screen.home(slack.ada.id)?.lines.join('\n') ?? '';
    await slack.ada.openHome('home')?.settled;
    await eventually('the first page', () => home().includes('Page 1 of 2'));
    await slack.ada.useInHome({ actionId: 'docent.run.0' }).settled;
    await eventually('the second page', () => home().includes('Page 2 of 2'));
    expect(slack.server.violations).toEqual([]);
  });
});

describe('the messages tab', () => {
  it("suggests questions about the creator's documents", async () => {
    const slack = await openSlack({ host: { execute: async () => documents } });
    await slack.grace.openHome('messages')?.settled;
    const direct = slack.server.directChannel(slack.grace.id).id;
    await eventually('the prompts', () => slack.server.screen.prompts(direct).length > 0);
    expect(slack.server.screen.prompts(direct).map(({ message }) => message)).toEqual([
      'What does handbook.pdf say?',
      'What does faq.md say?',
    ]);
  });
});
