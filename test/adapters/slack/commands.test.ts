import { EventEmitter, once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { notice } from '../../../src/core/chat/outgoing-message.js';
import { type OpenedSlack, openSlack } from './open-slack.js';

const never = new AbortController().signal;
const pdf = { name: 'handbook.pdf', bytes: new TextEncoder().encode('%PDF-1.7 handbook') };

/** The last command that the host was given. */
function lastCommand({ host }: OpenedSlack) {
  return host.events.at(-1);
}

async function run(slack: OpenedSlack, command: string, text: string, who = slack.ada): Promise<void> {
  await who.command(command, text, slack.channel.id).settled;
}

const ephemeralsOf = ({ server }: OpenedSlack, who: { readonly id: string }): string[] =>
  server.screen.ephemerals(who.id).map(({ text }) => text);

describe('/ask', () => {
  it('shows the question, whose thread is the conversation', async () => {
    const slack = await openSlack();
    await run(slack, '/ask', 'What does --force do in "git push"?', slack.grace);
    const [root] = slack.server.screen.channel(slack.channel.id);
    expect(root?.text).toMatch(/grace.*asks[^]*> What does --force do in "git push"\?/);
    expect(lastCommand(slack)).toMatchObject({
      address: { channelId: slack.channel.id, threadId: root?.ts },
      body: { kind: 'command', name: 'ask', input: { question: 'What does --force do in "git push"?' } },
      author: { role: 'member' },
    });
    const reply = await slack.adapter.openReply(slack.host.events[0]!, never);
    await reply.finish(notice('It overwrites.'));
    expect(slack.server.screen.thread(slack.channel.id, root!.ts).map(({ text }) => text)).toEqual(['It overwrites.']);
    expect(slack.server.violations).toEqual([]);
    expect(slack.server.pings).toEqual([]);
  });

  it('is understood as it was typed, not as Slack writes it', async () => {
    const slack = await openSlack();
    await run(
      slack,
      '/ask',
      `Does &lt;b&gt; of R&amp;D  ask ${slack.ada.mention.replace('>', '|ada>')} in <#C1|general>?`,
    );
    expect(lastCommand(slack)?.body).toMatchObject({ input: { question: 'Does <b> of R&D  ask ada in #general?' } });
    expect(slack.server.pings).toEqual([]);
  });

  it('without a question asks for it in a form', async () => {
    const slack = await openSlack();
    await run(slack, '/ask', '');
    await eventually('the form', () => slack.server.screen.modal(slack.ada.id) !== undefined);
    await slack.ada.submit({ question: 'How many days?' }).settled;
    expect(slack.server.screen.modal(slack.ada.id)).toBeUndefined();
    expect(lastCommand(slack)?.body).toMatchObject({ name: 'ask', input: { question: 'How many days?' } });
    expect(slack.server.screen.channel(slack.channel.id)).toHaveLength(1);
  });

  it('leaves no question behind that was not kept', async () => {
    const slack = await openSlack({
      host: {
        async accept() {
          throw new Error('the queue is full');
        },
      },
    });
    await run(slack, '/ask', 'How many days?');
    expect(slack.server.screen.channel(slack.channel.id)).toEqual([]);
    expect(ephemeralsOf(slack, slack.ada)).toHaveLength(1);
  });

  it('leaves no question behind that came to stand there too late', async () => {
    const slack = await openSlack();
    const late = new EventEmitter();
    slack.server.behaviour.faults.push({
      method: 'chat.postMessage',
      fault: { kind: 'slow', until: once(late, 'end') },
    });
    await run(slack, '/ask', 'How many days?');
    expect(ephemeralsOf(slack, slack.ada)).toHaveLength(1);
    late.emit('end');
    await eventually('the removal', () =>
      slack.server.calls.some(({ method, outcome }) => method === 'chat.delete' && outcome === 'ok'),
    );
    expect(slack.server.screen.channel(slack.channel.id)).toEqual([]);
    expect(slack.host.events).toEqual([]);
  });

  it('is answered in the own talk when it is asked by the shortcut that works anywhere', async () => {
    const slack = await openSlack();
    await slack.grace.globalShortcut('ask_docent').settled;
    await eventually('the form', () => slack.server.screen.modal(slack.grace.id) !== undefined);
    await slack.grace.submit({ question: 'How many days?' }).settled;
    expect(lastCommand(slack)?.address).toMatchObject({ isDirect: true });
    expect(slack.server.screen.direct(slack.grace.id)[0]?.text).toContain('How many days?');
  });
});

describe('/docent', () => {
  it('runs any command, whose outcome the person alone sees', async () => {
    const slack = await openSlack();
    await run(slack, '/docent', 'link my-course --whole-workspace');
    const event = slack.host.events[0]!;
    expect(event).toMatchObject({
      address: { channelId: slack.channel.id, threadId: null },
      author: { role: 'manager' },
      body: { name: 'link', input: { creator: 'my-course', wholeWorkspace: true } },
    });
    await (await slack.adapter.openReply(event, never)).finish(notice('Linked.'));
    expect(ephemeralsOf(slack, slack.ada)).toEqual(['Linked.']);
    expect(slack.server.screen.channel(slack.channel.id)).toEqual([]);
  });

  it.each([
    ['', 'help', {}],
    ['help', 'help', {}],
    ['mode all --only-when-confident', 'mode', { mode: 'all', onlyWhenConfident: true }],
    ['admin-channel', 'admin-channel', {}],
    ['forget handbook 2026.pdf', 'forget', { document: 'handbook 2026.pdf' }],
  ])('"%s" runs %s', async (text, name, input) => {
    const slack = await openSlack();
    await run(slack, '/docent', text);
    expect(lastCommand(slack)?.body).toEqual({ kind: 'command', name, input });
  });

  it('says what there is instead of a command that there is not', async () => {
    const slack = await openSlack();
    await run(slack, '/docent', 'dance');
    expect(slack.host.events).toEqual([]);
    expect(ephemeralsOf(slack, slack.ada)[0]).toContain('There is no command "dance"');
    await run(slack, '/docent', '*dance*');
    expect(ephemeralsOf(slack, slack.ada)[1]).toContain(String.raw`There is no command "\*dance\*"`);
  });

  it('asks for what is missing in a form, and says at the field what is wrong', async () => {
    const slack = await openSlack();
    await run(slack, '/docent', 'link');
    await eventually('the form', () => slack.server.screen.modal(slack.ada.id) !== undefined);
    expect(slack.server.screen.modal(slack.ada.id)?.title).toBe('Link');
    await slack.ada.submit({ creator: 'My Course!' }).settled;
    expect(slack.server.screen.modal(slack.ada.id)?.errors['creator']).toContain('lower-case letters');
    expect(slack.host.events).toEqual([]);
    await slack.ada.submit({ creator: 'my-course', ingestion: 'members', wholeWorkspace: ['yes'] }).settled;
    expect(lastCommand(slack)?.body).toMatchObject({
      name: 'link',
      input: { creator: 'my-course', ingestion: 'members', wholeWorkspace: true },
    });
    expect(slack.server.violations).toEqual([]);
  });

  it('keeps what was typed when the form asks for the rest', async () => {
    const slack = await openSlack();
    await run(slack, '/docent', 'mode --only-when-confident');
    await eventually('the form', () => slack.server.screen.modal(slack.ada.id) !== undefined);
    await slack.ada.submit({ mode: 'all' }).settled;
    expect(lastCommand(slack)?.body).toMatchObject({ input: { mode: 'all', onlyWhenConfident: true } });
  });

  it('draws every command as a form that Slack takes', async () => {
    const slack = await openSlack();
    for (const { name, hidden, input } of slack.host.commands) {
      if (hidden === true || input.safeParse({}).success) continue;
      await run(slack, '/docent', name);
      await eventually(`the form of ${name}`, () => slack.server.screen.modal(slack.ada.id) !== undefined);
      slack.ada.closeModal();
    }
    expect(slack.server.violations).toEqual([]);
  });

  it('says how to type it when Slack does not open the form any more', async () => {
    const slack = await openSlack();
    slack.server.behaviour.faults.push({ method: 'views.open', fault: { kind: 'error', error: 'expired_trigger_id' } });
    await run(slack, '/docent', 'link');
    await eventually('the message', () => ephemeralsOf(slack, slack.ada).length === 1);
    expect(ephemeralsOf(slack, slack.ada)[0]).toMatch(/did not wait for the form[^]*\/docent link <creator>/);
  });

  it('shows all of a long outcome, though Slack takes five messages at its address', async () => {
    const slack = await openSlack();
    await run(slack, '/docent', 'documents');
    const words = Array.from({ length: 7_000 }, (_, index) => `word${index}`);
    const reply = await slack.adapter.openReply(slack.host.events[0]!, never);
    await reply.finish(notice(words.join(' ')));
    const shown = ephemeralsOf(slack, slack.ada);
    expect(shown.length).toBeGreaterThan(5);
    expect(shown.join(' ').match(/\bword\d+\b/g)).toEqual(words);
    expect(slack.server.violations).toEqual([]);
  });

  it('shows its picture to the person', async () => {
    const slack = await openSlack();
    await run(slack, '/docent', 'reports run weekly');
    const picture = { fileName: 'week.png', altText: 'Questions by day', base64: 'iVBORw0KGgo=' };
    const reply = await slack.adapter.openReply(slack.host.events[0]!, never);
    await reply.finish({ ...notice('The week.'), pictures: [picture] });
    const [shown] = slack.server.screen.ephemerals(slack.ada.id);
    expect(shown?.blocks.map(({ type }) => type)).toEqual(['markdown', 'image']);
    expect(slack.server.violations).toEqual([]);
  });

  it('comes as a direct message where the app is not in the channel and the address is used up', async () => {
    const slack = await openSlack();
    const away = slack.server.addChannel(slack.workspace.id, 'away', [slack.ada.id]);
    await slack.ada.command('/docent', 'help', away.id).settled;
    const event = slack.host.events[0]!;
    const used = {
      ...event,
      replyContext: { ...(event.replyContext as object), responseUrl: `${slack.server.url}/gone` },
    };
    const reply = await slack.adapter.openReply(used, never);
    await reply.finish(notice('This is what I can do.'));
    await reply.finish(notice('This is what I can do.'));
    expect(slack.server.screen.direct(slack.ada.id).map(({ text }) => text)).toEqual(['This is what I can do.']);
  });
});

describe('/ingest', () => {
  it('asks for files, and tells in the channel how far they are', async () => {
    const slack = await openSlack();
    const { server, ada, channel } = slack;
    await run(slack, '/ingest', '');
    await eventually('the form', () => server.screen.modal(ada.id) !== undefined);
    await ada.submit({ docent_files: [pdf, { ...pdf, name: 'faq.pdf' }], replace: [] }).settled;
    const event = slack.host.events[0]!;
    expect(event).toMatchObject({
      body: { name: 'ingest', input: { replace: false } },
      attachments: [{ name: 'handbook.pdf' }, { name: 'faq.pdf' }],
    });
    const reply = await slack.adapter.openReply(event, never);
    await reply.status({ text: 'Fetching 2 files', progress: { done: 1, total: 2 } });
    expect(server.screen.channel(channel.id)[0]?.text).toContain('50 %');
    await reply.finish(notice('Both can be asked about now.'));
    expect(server.screen.channel(channel.id).map(({ text }) => text)).toEqual(['Both can be asked about now.']);
    expect(server.violations).toEqual([]);
  });

  it('names the creator that was chosen, also while nobody can say which ones there are', async () => {
    let creators = ['my-course', 'your-course'];
    const slack = await openSlack({ host: { suggest: async () => creators } });
    await run(slack, '/ingest', '');
    await eventually('the form', () => slack.server.screen.modal(slack.ada.id) !== undefined);
    creators = [];
    await slack.ada.submit({ docent_files: [pdf], docent_creator: 'your-course' }).settled;
    expect(slack.host.events.map(({ creatorId }) => creatorId)).toEqual(['your-course']);
    expect(slack.server.screen.modal(slack.ada.id)).toBeUndefined();
  });
});

describe('the shortcut on a message', () => {
  it('adds its files, and tells in its thread', async () => {
    const slack = await openSlack();
    const { server, ada, channel } = slack;
    const { message } = ada.post(channel.id, { text: 'look', files: [pdf] });
    await server.settled();
    await ada.messageShortcut('add_to_knowledge', message).settled;
    const event = slack.host.events.at(-1)!;
    expect(event).toMatchObject({
      address: { threadId: message.ts },
      body: { name: 'ingest' },
      attachments: [{ name: 'handbook.pdf' }],
    });
    await (await slack.adapter.openReply(event, never)).finish(notice('It can be asked about now.'));
    expect(server.screen.thread(channel.id, message.ts).map(({ text }) => text)).toEqual([
      'It can be asked about now.',
    ]);
  });

  it('says so where there is no file', async () => {
    const slack = await openSlack();
    const { message } = slack.ada.post(slack.channel.id, { text: 'look' });
    await slack.server.settled();
    await slack.ada.messageShortcut('add_to_knowledge', message).settled;
    await eventually('the message', () => ephemeralsOf(slack, slack.ada).length === 1);
    expect(ephemeralsOf(slack, slack.ada)[0]).toContain('no files');
  });
});
