import type { Behaviour } from './behaviour.js';
import type { StandInModel } from './catalogue.js';
import { scriptedAnswer } from './answer-script.js';
import { type ChatBody, type ModelMessage, Refusal } from './requests.js';
import type { Scheduler } from './scheduler.js';
import { keepAliveMsOf } from './keep-alive.js';
import { countTokens } from './tokens.js';

/** What the thoughts of every model of the stand-in begin with. */
export const THOUGHT = 'Okay, the member wants to know something. Let me look at the sources.';

/** What answering works with. */
export interface ChatParts {
  readonly scheduler: Scheduler;
  readonly behaviour: Behaviour;
}

/** What a line of a streamed answer holds beside its model and time. */
interface Piece {
  readonly content: string;
  readonly thinking?: string;
}

const NANOSECONDS_A_MILLISECOND = 1_000_000;
const DEFAULT_CONTEXT = 4_096;

/** Streams an answer line by line; the slot is held until the end. */
export async function* chatLines(
  parts: ChatParts,
  model: StandInModel,
  body: ChatBody,
  signal: AbortSignal,
): AsyncGenerator<object> {
  const { scheduler, behaviour } = parts;
  if (model.dimensions > 0) throw new Refusal(400, `"${body.model}" does not support chat`);
  const asksToThink = body.think !== undefined && body.think !== false;
  if (asksToThink && !canThink(model)) throw new Refusal(400, `"${body.model}" does not support thinking`);
  const head = () => ({ model: body.model, created_at: new Date().toISOString() });
  const startedAt = performance.now();
  if (body.messages.length === 0 && keepAliveMsOf(body.keep_alive) === 0) {
    scheduler.unload(model.name);
    yield { ...head(), message: { role: 'assistant', content: '' }, done: true, done_reason: 'unload' };
    return;
  }
  const release = await scheduler.take(model, body.options.num_ctx, signal);
  try {
    scheduler.keep(model, keepAliveMsOf(body.keep_alive));
    const loadDuration = nanosecondsSince(startedAt);
    if (body.messages.length === 0) {
      yield { ...head(), message: { role: 'assistant', content: '' }, done: true, done_reason: 'load' };
      return;
    }
    const contextTokens = Math.min(body.options.num_ctx ?? DEFAULT_CONTEXT, model.contextTokens);
    const messages = fitMessages(body.messages, contextTokens);
    const all = piecesOf(model, body, behaviour.say?.(body) ?? scriptedAnswer(messages));
    const most = body.options.num_predict ?? Infinity;
    const pieces = most < 0 ? all : all.slice(0, most);
    for (const { content, thinking } of pieces) {
      await behaviour.pace(signal);
      signal.throwIfAborted();
      yield {
        ...head(),
        message: { role: 'assistant', content, ...(thinking === undefined ? {} : { thinking }) },
        done: false,
      };
    }
    yield {
      ...head(),
      message: { role: 'assistant', content: '' },
      done: true,
      done_reason: pieces.length < all.length ? 'length' : 'stop',
      total_duration: nanosecondsSince(startedAt),
      load_duration: loadDuration,
      prompt_eval_count: tokensOf(messages),
      prompt_eval_duration: NANOSECONDS_A_MILLISECOND,
      eval_count: pieces.length,
      eval_duration: NANOSECONDS_A_MILLISECOND * pieces.length,
    };
  } finally {
    release();
  }
}

/** Whether Ollama knows that the model can think. */
export function canThink({ thinking }: StandInModel): boolean {
  return thinking !== 'none' && thinking !== 'tags';
}

/** Where the prompt is too long, the oldest messages go, without a word; system messages and the last one stay. */
function fitMessages(messages: readonly ModelMessage[], contextTokens: number): readonly ModelMessage[] {
  for (let from = 0; from < messages.length; from += 1) {
    const kept = messages.filter(({ role }, index) => index >= from || role === 'system');
    if (tokensOf(kept) <= contextTokens || from === messages.length - 1) return kept;
  }
  return messages;
}

function tokensOf(messages: readonly ModelMessage[]): number {
  return messages.reduce((sum, { content }) => sum + countTokens(content) + 4, 0);
}

/** A word a piece, the answer up to the first stop sequence, thoughts where the model has them. */
function piecesOf({ thinking }: StandInModel, body: ChatBody, answer: string): Piece[] {
  const isToldNotTo = body.think === false;
  const said = untilStop(answer, body.options.stop ?? []);
  const plain = (text: string): Piece[] => wordsOf(text).map((content) => ({ content }));
  const apart = wordsOf(THOUGHT).map((thought): Piece => ({ content: '', thinking: thought }));
  switch (thinking) {
    case 'none':
      return plain(said);
    case 'obedient':
      return isToldNotTo ? plain(said) : [...apart, ...plain(said)];
    case 'stubborn':
      return isToldNotTo ? plain(`${THOUGHT} `.repeat(5) + `</think>\n\n${said}`) : [...apart, ...plain(said)];
    case 'levels':
      return [...apart, ...plain(said)];
    case 'tags':
      return splitEvery(`<think>\n${THOUGHT}\n</think>\n\n${said}`, 5).map((content) => ({ content }));
  }
}

function untilStop(text: string, stops: readonly string[]): string {
  const cuts = stops.map((stop) => text.indexOf(stop)).filter((at) => at !== -1);
  return cuts.length === 0 ? text : text.slice(0, Math.min(...cuts));
}

function wordsOf(text: string): string[] {
  return text.match(/\s*\S+/g) ?? [];
}

/** Pieces of so many characters, which cut tags in two. */
function splitEvery(text: string, characters: number): string[] {
  return Array.from({ length: Math.ceil(text.length / characters) }, (_value, index) =>
    text.slice(index * characters, (index + 1) * characters),
  );
}

function nanosecondsSince(startedAt: number): number {
  return Math.round((performance.now() - startedAt) * NANOSECONDS_A_MILLISECOND);
}
