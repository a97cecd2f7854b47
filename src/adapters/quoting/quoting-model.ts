import type { ChatModel, ModelPart, ModelRequest } from '../../core/ports/chat-model.js';
import { renderQuote } from './render-quote.js';
import { selectQuotes } from './select-quotes.js';
import { standaloneQuestion } from './standalone.js';

/** English text has about four characters a token. */
const CHARACTERS_A_TOKEN = 4;
/** It keeps nothing between passages, so this is what a question may cost, not a limit of a model. */
const CONTEXT_TOKENS = 16_000;

/** A chat model without a language model: its answers are the best sentences of the passages. The same request, the same answer. */
export function createQuotingModel(): ChatModel {
  return {
    id: 'quoting',
    generative: false,
    contextTokens: CONTEXT_TOKENS,
    notice:
      'No language model is set up, so this answer quotes the documents. To get answers in full sentences, see "Language models" in the README.',
    stream: (request) => (request.purpose === 'answer' ? answer(request) : rewrite(request)),
    async health() {
      return { state: 'healthy', detail: 'Answers are quotes from the documents; no language model is set up.' };
    },
  };
}

async function* answer({ question, passages, maxOutputTokens, signal }: ModelRequest): AsyncGenerator<ModelPart> {
  signal.throwIfAborted();
  const texts = selectQuotes(question, passages).map(renderQuote);
  const inputTokens =
    tokensOf(question) + passages.reduce((sum, { breadcrumb, text }) => sum + tokensOf(breadcrumb + text), 0);
  let outputTokens = 0;
  for (const [index, text] of texts.entries()) {
    // The first quote always goes out: half an answer is better than none.
    if (index > 0 && outputTokens + tokensOf(text) > maxOutputTokens) {
      yield { type: 'finish', reason: 'length', inputTokens, outputTokens };
      return;
    }
    signal.throwIfAborted();
    outputTokens += tokensOf(text);
    yield { type: 'text', text: index === 0 ? text : `\n\n${text}` };
  }
  yield { type: 'finish', reason: 'stop', inputTokens, outputTokens };
}

async function* rewrite({ question, earlierQuestions, signal }: ModelRequest): AsyncGenerator<ModelPart> {
  signal.throwIfAborted();
  const text = standaloneQuestion(question, earlierQuestions);
  yield { type: 'text', text };
  const inputTokens = [question, ...earlierQuestions].reduce((sum, each) => sum + tokensOf(each), 0);
  yield { type: 'finish', reason: 'stop', inputTokens, outputTokens: tokensOf(text) };
}

function tokensOf(text: string): number {
  return Math.ceil(text.length / CHARACTERS_A_TOKEN);
}
