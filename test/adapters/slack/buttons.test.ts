import { describe, expect, it } from 'vitest';
import { type OutgoingMessage, notice } from '../../../src/core/chat/outgoing-message.js';
import { eventually } from '../../support/eventually.js';
import { answer } from './ask-slack.js';
import { type OpenedSlack, openSlack } from './open-slack.js';

const never = new AbortController().signal;
const ANSWER_ID = 'a'.repeat(32);
const passage: OutgoingMessage = notice('**handbook.pdf, page 12**\n\n> Six days a year.', {
  documentName: 'handbook.pdf',
  headingPath: ['Leave'],
  page: 12,
  note: 'The document has been removed since.',
  text: 'Six days a year.',
  marks: [[4, 8]],
});

/** Somebody asked, and the answer stands in the thread. */
async function answered(execute: (name: string) => OutgoingMessage = () => passage) {
  const executed: string[] = [];
  const slack = await openSlack({
    host: {
      async execute({ body }) {
        const name = body.kind === 'command' ? body.name : '';
        executed.push(name);
        return execute(name);
      },
    },
  });
  const { message } = slack.ada.post(slack.channel.id, { text: `${slack.mention} How many days?` });
  await slack.server.settled();
  await (await slack.adapter.openReply(slack.host.events[0]!, never)).finish(answer);
  const [shown] = slack.server.screen.thread(slack.channel.id, message.ts);
  return { slack, shown: shown!, executed };
}

const ephemerals = ({ server }: OpenedSlack, who: { readonly id: string }): string[] =>
  server.screen.ephemerals(who.id).map(({ text }) => text);
const valueOf = (vote: 'up' | 'down'): string =>
  JSON.stringify({
    command: 'feedback',
    input: { answer: ANSWER_ID, vote },
    ...(vote === 'down' ? { asks: 'reason' } : {}),
  });

describe('"Show passage"', () => {
  it('opens the passage with the searched words in bold', async () => {
    const { slack, shown } = await answered();
    await slack.grace.use(shown, { actionId: 'docent.run.0' }).settled;
    await eventually(
      'the passage',
      () => slack.server.screen.modal(slack.grace.id)?.lines.join('').includes('Six days') === true,
    );
    const { view, lines } = slack.server.screen.modal(slack.grace.id)!;
    expect(lines.join('\n')).toContain('handbook.pdf, page 12');
    expect(lines.join('\n')).toContain('The document has been removed since.');
    expect(JSON.stringify(view)).toContain('"text":"days","style":{"bold":true}');
    expect(slack.server.violations).toEqual([]);
  });

  it('says nothing to who closed the form before it came', async () => {
    const { slack, shown } = await answered(() => {
      slack.grace.closeModal();
      return passage;
    });
    await slack.grace.use(shown, { actionId: 'docent.run.0' }).settled;
    await eventually('the passage', () =>
      slack.server.calls.some(({ method, outcome }) => method === 'views.update' && outcome === 'not_found'),
    );
    await slack.process.stop();
    expect(ephemerals(slack, slack.grace)).toEqual([]);
  });

  it('shows it as a message when Slack does not open the form any more', async () => {
    const { slack, shown } = await answered();
    slack.server.behaviour.faults.push({ method: 'views.open', fault: { kind: 'error', error: 'expired_trigger_id' } });
    await slack.grace.use(shown, { actionId: 'docent.run.0' }).settled;
    await eventually('the passage', () => ephemerals(slack, slack.grace).length === 1);
    expect(ephemerals(slack, slack.grace)[0]).toContain('Six days a year.');
  });
});

describe('feedback', () => {
  it('is taken in, and thanked for to the person alone', async () => {
    const { slack, shown } = await answered();
    await slack.grace.use(shown, { actionId: 'docent.feedback', value: valueOf('up') }).settled;
    await eventually('the vote', () => slack.host.events.length === 2);
    const event = slack.host.events[1]!;
    expect(event.body).toEqual({ kind: 'command', name: 'feedback', input: { answer: ANSWER_ID, vote: 'up' } });
    await (await slack.adapter.openReply(event, never)).finish(notice('Thank you.'));
    expect(ephemerals(slack, slack.grace)).toEqual(['Thank you.']);
    expect(slack.server.screen.thread(slack.channel.id, event.address.threadId!)).toHaveLength(1);
  });

  it('against an answer counts at once, and asks for the reason', async () => {
    const { slack, shown, executed } = await answered(() => notice('Thank you.'));
    await slack.grace.use(shown, { actionId: 'docent.feedback', value: valueOf('down') }).settled;
    await eventually('the form', () => slack.server.screen.modal(slack.grace.id) !== undefined);
    await eventually('the vote', () => executed.length === 1);
    await slack.grace.submit({ reason: 'It is seven days.' }).settled;
    expect(slack.host.events.at(-1)?.body).toMatchObject({
      name: 'feedback',
      input: { answer: ANSWER_ID, vote: 'down', reason: 'It is seven days.' },
    });
    expect(slack.server.violations).toEqual([]);
  });

  it('against an answer is thanked for when the form does not open', async () => {
    const { slack, shown } = await answered(() => notice('Thank you.'));
    slack.server.behaviour.faults.push({ method: 'views.open', fault: { kind: 'error', error: 'expired_trigger_id' } });
    await slack.grace.use(shown, { actionId: 'docent.feedback', value: valueOf('down') }).settled;
    await eventually('the thanks', () => ephemerals(slack, slack.grace).length === 1);
    expect(ephemerals(slack, slack.grace)).toEqual(['Thank you.']);
  });
});

describe('buttons of a private message', () => {
  it('put the next outcome in its place', async () => {
    const slack = await openSlack();
    await slack.ada.command('/docent', 'documents', slack.channel.id).settled;
    const page = { ...notice('Page 1'), actions: [{ label: 'Next page', command: 'documents', input: { page: 2 } }] };
    await (await slack.adapter.openReply(slack.host.events[0]!, never)).finish(page);
    const [first] = slack.server.screen.ephemerals(slack.ada.id);
    await slack.ada.use(first!, { actionId: 'docent.run.0' }).settled;
    await eventually('the press', () => slack.host.events.length === 2);
    expect(slack.host.events[1]?.body).toMatchObject({ name: 'documents', input: { page: 2 } });
    await (await slack.adapter.openReply(slack.host.events[1]!, never)).finish(notice('Page 2'));
    expect(ephemerals(slack, slack.ada)).toEqual(['Page 2']);
  });
});
