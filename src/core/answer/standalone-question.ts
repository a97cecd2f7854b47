import { withDeadline } from '../deadline.js';
import { toDocentError } from '../errors.js';
import type { ChatModel } from '../ports/chat-model.js';
import type { Clock } from '../ports/clock.js';
import type { StoredMessage } from '../ports/conversation-store.js';
import type { Logger } from '../ports/logger.js';
import type { Question } from './answering.js';
import { standalonePrompt } from './prompt.js';

/** The wait for a rewritten question, in milliseconds; then the question is searched as it is. */
const REWRITE_TIMEOUT_MS = 6_000;
const MAX_REWRITE_TOKENS = 120;
const MAX_REWRITE_CHARACTERS = 600;

/** What rewrites questions. */
export interface StandaloneQuestionOptions {
  readonly chatModel: ChatModel;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * The question so that it can be searched without the thread: rewritten by the model where there is history. Whatever
 * fails, the question itself is searched: a model that is away or slow costs a follow-up six seconds, never its answer.
 * The history may not change what is asked: the original stays a second query.
 * @throws the signal's reason when aborted.
 */
export async function standaloneQuestion(
  { chatModel, clock, logger }: StandaloneQuestionOptions,
  { text: question, reply, signal }: Pick<Question, 'text' | 'reply' | 'signal'>,
  history: readonly StoredMessage[],
): Promise<string> {
  if (history.length === 0) return question;
  const rewrite = async (inTime: AbortSignal): Promise<string> => {
    let text = '';
    for await (const part of chatModel.stream({
      purpose: 'standalone-question',
      messages: standalonePrompt(question, history),
      question,
      earlierQuestions: history.filter(({ senderType }) => senderType === 'user').map(({ content }) => content),
      passages: [],
      maxOutputTokens: MAX_REWRITE_TOKENS,
      signal: inTime,
    })) {
      if (part.type === 'text') text += part.text;
      if (part.type === 'status') await reply.status({ text: part.text });
    }
    return text.trim().replaceAll(/\s+/g, ' ');
  };
  try {
    const rewritten = await withDeadline({ clock, timeoutMs: REWRITE_TIMEOUT_MS, signal }, rewrite);
    return rewritten === '' || rewritten.length > MAX_REWRITE_CHARACTERS ? question : rewritten;
  } catch (error) {
    signal.throwIfAborted();
    logger.warn('standalone-question.failed', { code: toDocentError(error).code }, error);
    return question;
  }
}
