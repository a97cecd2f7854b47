import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { answerByHand } from '../by-hand/answer.js';
import { openDocent } from '../support/docent.js';
import { guideOf, lessonQuestion, lessonText } from '../support/guide.js';
import { loadLangChain } from '../support/langchain.js';
import { watchModel } from '../support/model-watch.js';
import type { SectionContext } from '../support/section.js';
import { startServers } from '../support/servers.js';

/** Docent's default. */
const CONTEXT_TOKENS = 4_096;
const WORD_MS = 5;
const WARM_UP = 5;
const BATCH = 200;
const MICROSECONDS_A_MILLISECOND = 1_000;

interface Way {
  readonly name: string;
  readonly totals: number[];
  readonly overheads: number[];
  /** Processor time of this process. */
  readonly processorTimes: number[];
  readonly firstTexts: number[];
  /** Answers and says when the first text was there, in milliseconds by the process's own clock. */
  answer(question: string, round: number): Promise<number | undefined>;
}

/**
 * The same questions, in turn, to Docent, by hand and to a LangChain.js chain. Overhead: from the event to the final
 * message, minus the time in which a request to the model's server ran (vectors and answer).
 */
export async function run(context: SectionContext): Promise<void> {
  const { folder, isSmall, record, note } = context;
  const lessons = isSmall ? 50 : 1_000;
  const rounds = isSmall ? 5 : 100;
  const servers = await startServers({ wordMs: WORD_MS });
  const watch = watchModel(servers.ollamaUrl);
  const docent = await openDocent({ folder: join(folder, 'data'), environment: servers.environment });
  const guide = join(folder, 'guide.md');
  await writeFile(guide, guideOf(lessons));
  await docent.ingest([guide]);
  await docent.learned();
  const texts = Array.from({ length: lessons }, (_, lesson) => lessonText(lesson));
  const byHand = await answerByHand(servers, join(folder, 'by-hand.sqlite'), CONTEXT_TOKENS);
  await byHand.add(texts);
  const langChain = await loadLangChain(note);
  const chain = await langChain?.createAnswerChain(servers, CONTEXT_TOKENS);
  for (let from = 0; from < lessons; from += BATCH) await chain?.add(texts.slice(from, from + BATCH));

  const newWay = (name: string, answer: Way['answer']): Way => ({
    name,
    totals: [],
    overheads: [],
    processorTimes: [],
    firstTexts: [],
    answer,
  });
  const ways = [
    newWay('Docent', async (question) => {
      const { message, firstTextAtMs } = await docent.ask(question);
      if (message.kind !== 'answer') throw new Error(`Docent gave no answer: ${message.text}`);
      return firstTextAtMs;
    }),
    newWay('bare calls', async (question, round) => {
      await byHand.answer(question, String(round));
      return undefined;
    }),
    ...(chain === undefined ? [] : [newWay('LangChain.js', (question, round) => askChain(chain, question, round))]),
  ];

  for (let round = 0; round < WARM_UP + rounds; round += 1) {
    const question = lessonQuestion((round * 37) % lessons);
    // Each goes first as often as the others.
    for (const way of [...ways.slice(round % ways.length), ...ways.slice(0, round % ways.length)]) {
      watch.take();
      const processor = process.cpuUsage();
      const startedAtMs = performance.now();
      const firstTextAtMs = await way.answer(question, round);
      const totalMs = performance.now() - startedAtMs;
      const { user, system } = process.cpuUsage(processor);
      const { coveredMs, firstWordAtMs } = watch.take();
      if (round < WARM_UP) continue;
      way.totals.push(totalMs);
      way.overheads.push(totalMs - coveredMs);
      way.processorTimes.push((user + system) / MICROSECONDS_A_MILLISECOND);
      if (firstTextAtMs !== undefined && firstWordAtMs !== undefined)
        way.firstTexts.push(firstTextAtMs - firstWordAtMs);
    }
  }
  for (const { name, totals, overheads, processorTimes, firstTexts } of ways) {
    const over = name === 'Docent' ? 'bare calls' : 'Docent';
    record({ what: `overhead, ${name}`, unit: 'ms', values: overheads, over: `overhead, ${over}` });
    record({ what: `question to answer, ${name}`, unit: 'ms', values: totals, over: `question to answer, ${over}` });
    record({
      what: `processor time of this process, ${name}`,
      unit: 'ms',
      values: processorTimes,
      over: `processor time of this process, ${over}`,
    });
    if (firstTexts.length > 0)
      record({ what: `first text after the model's first word, ${name}`, unit: 'ms', values: firstTexts });
  }
  byHand.stop();
  await chain?.stop();
  await docent.stop();
  await servers.stop();
}

async function askChain(
  chain: { answer(question: string, sessionId: string, onText: () => void): Promise<string> },
  question: string,
  round: number,
): Promise<number | undefined> {
  let firstTextAtMs: number | undefined;
  await chain.answer(question, `langchain-${round}`, () => (firstTextAtMs ??= performance.now()));
  return firstTextAtMs;
}
