import { describe, expect, it } from 'vitest';
import type { ChatEvent } from '../../../src/core/chat/chat-event.js';
import { type SpeakingContext, decideTask } from '../../../src/core/chat/speaking.js';
import { makeEvent } from '../../support/embedded-core.js';

interface Said {
  readonly text?: string;
  readonly mentionsDocent?: boolean;
  readonly mentionsOthers?: boolean;
  readonly isDirect?: boolean;
  readonly isBot?: boolean;
  readonly threadId?: string | null;
  readonly files?: number;
}

function said({ text = 'How?', mentionsDocent = false, mentionsOthers = false, ...rest }: Said): ChatEvent {
  const event = makeEvent();
  const { isDirect = false, isBot = false, threadId = 't', files = 0 } = rest;
  return {
    ...event,
    address: { ...event.address, isDirect, threadId },
    author: { ...event.author, isBot },
    attachments: Array.from({ length: files }, () => ({ name: 'a.pdf', sizeBytes: 1, reference: null })),
    body: { kind: 'message', text, mentionsDocent, mentionsOthers },
  };
}

const inThread: SpeakingContext = { mode: 'thread', takesPart: true };
const named = { kind: 'question', text: 'How?', isNamed: true };
const unnamed = { kind: 'question', text: 'How?', isNamed: false };

describe('decideTask', () => {
  it.each<[string, Said, SpeakingContext, unknown]>([
    ['answers a mention', { mentionsDocent: true }, { mode: 'mention', takesPart: false }, named],
    [
      'answers a mention where no creator is linked, to say so',
      { mentionsDocent: true },
      { mode: undefined, takesPart: false },
      named,
    ],
    [
      'answers a mention beside which others are mentioned',
      { mentionsDocent: true, mentionsOthers: true },
      inThread,
      named,
    ],
    ['answers a direct message', { isDirect: true, threadId: null }, { mode: undefined, takesPart: false }, named],
    ['answers a follow-up in a thread where it takes part', {}, inThread, unnamed],
    ['is silent in a thread where it does not take part', {}, { mode: 'thread', takesPart: false }, undefined],
    ['is silent outside threads', { threadId: null }, inThread, undefined],
    ['is silent without a mention in mode mention', {}, { mode: 'mention', takesPart: true }, undefined],
    ['answers everything in mode all', { threadId: null }, { mode: 'all', takesPart: false }, unnamed],
    ['is silent where no creator is linked', {}, { mode: undefined, takesPart: true }, undefined],
    [
      'is silent when somebody else is mentioned',
      { mentionsOthers: true },
      { mode: 'all', takesPart: true },
      undefined,
    ],
    ['is silent on files nobody meant for it', { text: '', files: 1 }, { mode: 'all', takesPart: true }, undefined],
    ['is silent towards bots', { isBot: true, mentionsDocent: true }, inThread, undefined],
    ['is silent towards bots in direct messages', { isBot: true, isDirect: true }, inThread, undefined],
    ['takes in files that come with a mention', { mentionsDocent: true, files: 2 }, inThread, { kind: 'ingest' }],
    ['takes in files sent directly', { isDirect: true, files: 1, text: '' }, inThread, { kind: 'ingest' }],
    [
      'takes a bare mention in a thread for its last question',
      { mentionsDocent: true, text: ' ' },
      inThread,
      { kind: 'last-question' },
    ],
    [
      'hints at a bare mention outside a thread',
      { mentionsDocent: true, text: '', threadId: null },
      inThread,
      { kind: 'hint' },
    ],
    ['hints at an empty direct message', { isDirect: true, text: '' }, inThread, { kind: 'hint' }],
    ['takes the space off a question', { text: ' How? \n' }, inThread, unnamed],
  ])('%s', (_title, message, context, task) => {
    expect(decideTask(said(message), context)).toEqual(task);
  });

  it('runs a command anywhere, but never for a bot', () => {
    const body = { kind: 'command' as const, name: 'help', input: {} };
    expect(decideTask({ ...said({}), body }, { mode: undefined, takesPart: false })).toEqual(body);
    expect(decideTask({ ...said({ isBot: true }), body }, inThread)).toBeUndefined();
  });
});
