import { DocentError } from '../errors.js';
import type { ChatModel, ModelPart, ModelRequest } from '../ports/chat-model.js';
import type { Clock } from '../ports/clock.js';
import type { Stopwatch } from '../metrics/stages.js';
import type { Reply } from '../ports/chat-adapter.js';
import { checkCitations } from './citations.js';
import type { Passage } from './passages.js';
import { NOT_COVERED } from './prompt.js';

/** What a generation works with. */
export interface GenerationOptions {
  readonly chatModel: ChatModel;
  readonly clock: Clock;
  readonly reply: Reply;
  readonly passages: readonly Passage[];
  /** The wait for the first text, in milliseconds; a status from the model does not end it. */
  readonly firstTextTimeoutMs: number;
  /** Where the wait for the first text, and the writing after it, are noted. */
  readonly stopwatch: Pick<Stopwatch, 'note'>;
}

/** A finished generation. */
export interface Generated {
  readonly text: string;
  /** Numbers of the passages it cites, in order of first use. */
  readonly cited: readonly number[];
  /** The model said that the passages do not hold the answer. */
  readonly isNotCovered: boolean;
  /** It ended for want of output tokens. */
  readonly isCutOff: boolean;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** Nobody waits longer than this without a sign, in milliseconds: the model itself may say nothing while it starts. */
const REASSURE_AFTER_MS = 8_000;
const STILL_WAITING = 'Still waiting for the language model to begin';

/**
 * Streams the model's answer into the reply, with citations and links checked on the way.
 * @throws DocentError `MODEL_UNAVAILABLE` also when no text came in time; the signal's reason when aborted.
 */
export async function generate(options: GenerationOptions, request: ModelRequest): Promise<Generated> {
  const { chatModel, clock, reply, passages, stopwatch } = options;
  const startedAt = clock.now();
  let firstTextAt: number | undefined;
  const cancelReassurance = clock.after(REASSURE_AFTER_MS, () => void reply.status({ text: STILL_WAITING }));
  const firstText = watchFirstText(options);
  const citations = checkCitations({
    isKnown: (number) => passages.some((passage) => passage.number === number),
    isAllowedUrl: (url) => passages.some(({ text }) => text.includes(url)),
  });
  let raw = '';
  let shown = '';
  let finish: Extract<ModelPart, { type: 'finish' }> | undefined;
  const show = async (text: string): Promise<void> => {
    if (text === '') return;
    shown += text;
    await reply.append(text);
  };
  try {
    for await (const part of chatModel.stream({
      ...request,
      signal: AbortSignal.any([request.signal, firstText.signal]),
    })) {
      cancelReassurance();
      firstText.see(part);
      if (part.type === 'status') await reply.status({ text: part.text });
      else if (part.type === 'finish') finish = part;
      else {
        firstTextAt ??= clock.now();
        const isHeldBefore = couldBeNotCovered(raw);
        raw += part.text;
        if (!couldBeNotCovered(raw)) await show(citations.push(isHeldBefore ? raw : part.text));
      }
    }
  } catch (error) {
    if (firstText.signal.aborted && !request.signal.aborted) throw firstText.signal.reason;
    throw error;
  } finally {
    cancelReassurance();
    firstText.end();
    // A model that never begins is waited for all the same.
    const endedAt = clock.now();
    stopwatch.note('first-token', startedAt, firstTextAt ?? endedAt);
    stopwatch.note('generate', firstTextAt ?? endedAt, endedAt);
  }
  const isNotCovered = couldBeNotCovered(raw) && raw.trim() !== '';
  if (!isNotCovered) await show(citations.end());
  return {
    text: shown.trim(),
    cited: citations.cited,
    isNotCovered,
    isCutOff: finish?.reason === 'length',
    inputTokens: finish?.inputTokens ?? 0,
    outputTokens: finish?.outputTokens ?? 0,
  };
}

/** The wait for the first text: its signal aborts at the deadline. The time in the model's queue does not count. */
function watchFirstText({
  clock,
  chatModel,
  firstTextTimeoutMs,
}: Pick<GenerationOptions, 'clock' | 'chatModel' | 'firstTextTimeoutMs'>) {
  const deadline = new AbortController();
  const arm = (): (() => void) => clock.after(firstTextTimeoutMs, () => deadline.abort(tooSlow(chatModel.id)));
  let cancel = arm();
  let isQueued = false;
  return {
    signal: deadline.signal,
    see(part: ModelPart): void {
      const wasQueued = isQueued;
      isQueued = part.type === 'status' && part.isQueued === true;
      if (isQueued || part.type !== 'status') cancel();
      else if (wasQueued) cancel = arm();
    },
    end: () => cancel(),
  };
}

/** Whether the text so far may still turn out to be the refusal alone; it is held back as long. */
function couldBeNotCovered(text: string): boolean {
  const start = text.trim().replace(/[.!`*"']+$/, '');
  return NOT_COVERED.startsWith(start) || start.startsWith(NOT_COVERED);
}

function tooSlow(model: string): DocentError {
  return new DocentError('MODEL_UNAVAILABLE', {
    userMessage: `The language model "${model}" did not begin to answer in time.`,
    retryable: true,
  });
}
