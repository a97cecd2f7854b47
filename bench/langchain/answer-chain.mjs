/**
 * The comparison: a LangChain.js chain with sources and a thread's history, as its documentation shows them, on the servers
 * that Docent is measured on. Installed by `npm ci --prefix bench`; nothing of Docent needs it.
 */
import { RedisChatMessageHistory } from '@langchain/community/stores/message/ioredis';
import { Document } from '@langchain/core/documents';
import { AIMessage, HumanMessage } from '@langchain/core/messages';
import { StringOutputParser } from '@langchain/core/output_parsers';
import { ChatPromptTemplate, MessagesPlaceholder } from '@langchain/core/prompts';
import { RunnablePassthrough, RunnableSequence } from '@langchain/core/runnables';
import { ChatOllama } from '@langchain/ollama';
import { Redis } from 'ioredis';
import { storeOf } from './store.mjs';

/** Passages in the prompt, as many as Docent takes. */
const PASSAGES = 5;
const DAY_SECONDS = 86_400;
const RULES =
  'Answer the question from the numbered sources alone and cite them as [1]. If they do not hold the answer, say NOT_COVERED.';

/** Answers questions with the thread's history. @param {import('./store.mjs').Servers} servers @param {number} contextTokens */
export async function createAnswerChain(servers, contextTokens) {
  const store = storeOf(servers, 'langchain-answers');
  const redis = new Redis(servers.redisUrl);
  const retriever = store.asRetriever({ k: PASSAGES });
  const model = new ChatOllama({ model: 'qwen3:8b', baseUrl: servers.ollamaUrl, numCtx: contextTokens, think: false });
  const prompt = ChatPromptTemplate.fromMessages([
    ['system', RULES],
    new MessagesPlaceholder('history'),
    ['human', '{context}\n\nQuestion: {question}'],
  ]);
  const chain = RunnableSequence.from([
    RunnablePassthrough.assign({
      context: async (/** @type {{ question: string }} */ { question }) => numbered(await retriever.invoke(question)),
    }),
    prompt,
    model,
    new StringOutputParser(),
  ]);
  return {
    /** @param {readonly string[]} texts */
    async add(texts) {
      await store.addDocuments(
        texts.map((pageContent) => new Document({ pageContent, metadata: { source: 'guide' } })),
      );
    },
    /** @param {string} question @param {string} sessionId @param {() => void} onText */
    async answer(question, sessionId, onText) {
      const history = new RedisChatMessageHistory({ sessionId, sessionTTL: DAY_SECONDS, client: redis });
      let answer = '';
      for await (const text of await chain.stream({ question, history: await history.getMessages() })) {
        if (text !== '') onText();
        answer += text;
      }
      await history.addMessages([new HumanMessage(question), new AIMessage(answer)]);
      return answer;
    },
    async stop() {
      await redis.quit();
    },
  };
}

/** @param {readonly Document[]} documents */
function numbered(documents) {
  return documents.map(({ pageContent }, index) => `[${index + 1}] ${pageContent}`).join('\n\n');
}
