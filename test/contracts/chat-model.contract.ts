import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChatModel, ModelPart, ModelRequest } from '../../src/core/ports/chat-model.js';

export interface ChatModelSubject {
  readonly model: ChatModel;
  dispose(): Promise<void>;
}

const passages = [
  {
    number: 1,
    breadcrumb: 'Course guide › Refunds',
    text: 'Refunds are paid within 30 days. Write to the office, and name your course and the day you joined it.',
  },
  {
    number: 2,
    breadcrumb: 'Course guide › Lunch',
    text: 'Lunch is served at noon. Vegetarians tell the kitchen a day before.',
  },
];

function answerRequest(overrides: Partial<ModelRequest> = {}): ModelRequest {
  const question = overrides.question ?? 'When are refunds paid?';
  const sources = passages.map(({ number, text }) => `[${number}] ${text}`).join('\n');
  return {
    purpose: 'answer',
    messages: [
      { role: 'system', content: 'Answer from the sources. After each statement put its number in square brackets.' },
      { role: 'user', content: `${sources}\n\nQuestion: ${question}` },
    ],
    question,
    earlierQuestions: [],
    passages,
    maxOutputTokens: 300,
    signal: new AbortController().signal,
    ...overrides,
  };
}

async function collect(stream: AsyncIterable<ModelPart>): Promise<ModelPart[]> {
  const parts: ModelPart[] = [];
  for await (const part of stream) parts.push(part);
  return parts;
}

function textOf(parts: readonly ModelPart[]): string {
  return parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

/** What every chat model promises. `createSubject` is called once: loading a model takes its time. */
export function describeChatModelContract(name: string, createSubject: () => Promise<ChatModelSubject>): void {
  describe(`ChatModel contract: ${name}`, () => {
    let subject: ChatModelSubject;
    let model: ChatModel;
    beforeAll(async () => {
      subject = await createSubject();
      model = subject.model;
    });
    afterAll(() => subject.dispose());

    it('has a name and room for a prompt', () => {
      expect(model.id).not.toBe('');
      expect(model.contextTokens).toBeGreaterThanOrEqual(2_000);
    });

    it('streams text and ends with one finish that counts the tokens', async () => {
      const parts = await collect(model.stream(answerRequest()));
      expect(parts.filter(({ type }) => type === 'finish')).toHaveLength(1);
      expect(parts.at(-1)).toMatchObject({ type: 'finish', reason: 'stop' });
      expect(textOf(parts).trim()).not.toBe('');
      const finish = parts.at(-1) as Extract<ModelPart, { type: 'finish' }>;
      expect(finish.inputTokens).toBeGreaterThan(0);
      expect(finish.outputTokens).toBeGreaterThan(0);
    });

    it('answers from the passage that holds the answer, and cites it by its number', async () => {
      const text = textOf(await collect(model.stream(answerRequest())));
      expect(text).toMatch(/30 days/);
      expect(text).toMatch(/\[1\]/);
    });

    it('writes no more than it may', async () => {
      const parts = await collect(
        model.stream(answerRequest({ question: 'Refunds, office, lunch and kitchen?', maxOutputTokens: 5 })),
      );
      expect(parts.at(-1)).toMatchObject({ type: 'finish', reason: expect.stringMatching(/length|stop/) });
      expect(textOf(parts).length).toBeLessThan(400);
    });

    it('rewrites a follow-up so that it names what it is about', async () => {
      const question = 'And how do I ask for one?';
      const earlierQuestions = ['When are refunds paid?'];
      const parts = await collect(
        model.stream(
          answerRequest({
            purpose: 'standalone-question',
            question,
            earlierQuestions,
            passages: [],
            messages: [
              {
                role: 'system',
                content: 'Rewrite the last question so that it needs no conversation. Reply with it alone.',
              },
              { role: 'user', content: earlierQuestions[0] ?? '' },
              { role: 'user', content: `Last question: ${question}` },
            ],
          }),
        ),
      );
      expect(textOf(parts)).toMatch(/refund/i);
      expect(parts.at(-1)?.type).toBe('finish');
    });

    it('keeps two answers at the same time apart', async () => {
      const [refunds, lunch] = await Promise.all([
        collect(model.stream(answerRequest())),
        collect(model.stream(answerRequest({ question: 'When is lunch served?' }))),
      ]);
      expect(textOf(refunds)).toMatch(/30 days/);
      expect(textOf(lunch)).toMatch(/noon/);
    });

    it('throws the reason of a signal that is aborted, and writes nothing', async () => {
      const reason = new Error('the question was deleted');
      await expect(collect(model.stream(answerRequest({ signal: AbortSignal.abort(reason) })))).rejects.toBe(reason);
    });

    it('stops in the middle when nobody reads on', async () => {
      for await (const part of model.stream(answerRequest())) {
        expect(part.type).not.toBe('finish');
        break;
      }
      expect(textOf(await collect(model.stream(answerRequest())))).toMatch(/30 days/);
    });

    it('says how it is', async () => {
      expect(await model.health(new AbortController().signal)).toMatchObject({
        state: 'healthy',
        detail: expect.any(String),
      });
    });
  });
}
