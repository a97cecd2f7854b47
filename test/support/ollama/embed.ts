import type { StandInModel } from './catalogue.js';
import { keepAliveMsOf } from './keep-alive.js';
import { type EmbedBody, Refusal } from './requests.js';
import type { Scheduler } from './scheduler.js';
import { countTokens } from './tokens.js';
import { type VectorMaker, toUnitLength, vectorOf } from './vectors.js';

const NANOSECONDS_A_MILLISECOND = 1_000_000;
/** `[CLS]` and `[SEP]`. */
const SPECIAL_TOKENS = 2;
/** What of a text is embedded, when it is cut to the context. */
const CHARACTERS_A_TOKEN = 2;

/** Answers `/api/embed` as `EmbedHandler` does (server/routes.go): vectors of unit length, texts as they are. */
export async function embedReply(
  parts: { readonly scheduler: Scheduler; readonly vectors: VectorMaker },
  model: StandInModel,
  body: EmbedBody,
  signal: AbortSignal,
): Promise<object> {
  const startedAt = performance.now();
  const release = await parts.scheduler.take(model, body.options.num_ctx, signal);
  const loadedAt = performance.now();
  try {
    parts.scheduler.keep(model, keepAliveMsOf(body.keep_alive));
    const input = typeof body.input === 'string' ? [body.input].filter((text) => text !== '') : body.input;
    if (input.length === 0) return { model: body.model, embeddings: [] };
    const texts = input.map((text) => fitText(text, model.contextTokens - SPECIAL_TOKENS, body.truncate));
    const embeddings: number[][] = [];
    for (const text of texts) embeddings.push(await embedText(parts.vectors, model, body, text, signal));
    return {
      model: body.model,
      embeddings,
      total_duration: Math.round((performance.now() - startedAt) * NANOSECONDS_A_MILLISECOND),
      load_duration: Math.round((loadedAt - startedAt) * NANOSECONDS_A_MILLISECOND),
      prompt_eval_count: texts.reduce((sum, text) => sum + countTokens(text) + SPECIAL_TOKENS, 0),
    };
  } finally {
    release();
  }
}

async function embedText(
  vectors: VectorMaker,
  model: StandInModel,
  { dimensions }: EmbedBody,
  text: string,
  signal: AbortSignal,
): Promise<number[]> {
  const whole = vectorOf(model.name, await vectors.make(text, signal), model.dimensions);
  return dimensions !== undefined && dimensions < whole.length ? toUnitLength(whole.slice(0, dimensions)) : whole;
}

function fitText(text: string, maxTokens: number, truncate: boolean): string {
  if (countTokens(text) <= maxTokens) return text;
  if (!truncate) throw new Refusal(400, 'the input length exceeds the context length');
  return text.slice(0, maxTokens * CHARACTERS_A_TOKEN);
}
