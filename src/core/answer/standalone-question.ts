import { toDocentError } from '../errors.js';
import type { ChatModel } from '../ports/chat-model.js';
import type { StoredMessage } from '../ports/conversation-store.js';
import type { Logger } from '../ports/logger.js';
import { standalonePrompt } from './prompt.js';

/** The wait for a rewritten question, in milliseconds; then the question is searched as it is. */
const REWRITE_TIMEOUT_MS = 10_000;
const MAX_REWRITE_TOKENS = 120;
const MAX_REWRITE_CHARACTERS = 600;

/**
 * The question so that it can be searched without the thread: rewritten by the model where there is history. Whatever
 * fails, the question itself is searched. The history may not change what is asked: the original stays a second query.
 */
export async function standaloneQuestion(
  { chatModel, logger }: { readonly chatModel: ChatModel; readonly logger: Logger },
  question: string,
  history: readonly StoredMessage[],
  signal: AbortSignal,
): Promise<string> {
  if (history.length === 0) return question;
  const earlierQuestions = history.filter(({ senderType }) => senderType === 'user').map(({ content }) => content);
  let text = '';
  try {
    for await (const part of chatModel.stream({
      purpose: 'standalone-question',
      messages: standalonePrompt(question, history),
      question,
      earlierQuestions,
      passages: [],
      maxOutputTokens: MAX_REWRITE_TOKENS,
      signal: AbortSignal.any([signal, AbortSignal.timeout(REWRITE_TIMEOUT_MS)]),
    }))
      if (part.type === 'text') text += part.text;
  } catch (error) {
    signal.throwIfAborted();
    logger.warn('standalone-question.failed', { code: toDocentError(error).code }, error);
    return question;
  }
  const rewritten = text.trim().replaceAll(/\s+/g, ' ');
  return rewritten === '' || rewritten.length > MAX_REWRITE_CHARACTERS ? question : rewritten;
}
