import type { ModelPart } from '../../core/ports/chat-model.js';
import type { Clock } from '../../core/ports/clock.js';

/** A call that has been sent, and how to find out why it takes its time. */
export interface LoadingOptions {
  /** Settles with the first words. */
  readonly opening: Promise<unknown>;
  readonly clock: Clock;
  readonly model: string;
  isLoaded(): Promise<boolean>;
}

/** Before a person wonders. */
const FIRST_STATUS_MS = 4_000;
const NEXT_STATUS_MS = 10_000;

/** Says what is waited for, from the fifth second until the first words are there: loading takes seconds to minutes. */
export async function* loadingStatuses(options: LoadingOptions): AsyncGenerator<ModelPart> {
  const { opening, clock } = options;
  const startedAt = clock.now();
  const isOpen = opening.then(
    () => true,
    () => true,
  );
  for (let waitMs = FIRST_STATUS_MS; !(await settlesWithin(isOpen, clock, waitMs)); waitMs = NEXT_STATUS_MS) {
    const seconds = Math.round((clock.now() - startedAt) / 1_000);
    yield { type: 'status', text: `${await reasonOf(options)} (${seconds} s)` };
  }
}

async function reasonOf({ model, isLoaded }: LoadingOptions): Promise<string> {
  try {
    return (await isLoaded()) ? 'The language model is reading the passages' : `Loading the language model ${model}`;
  } catch {
    return 'Waiting for the language model';
  }
}

async function settlesWithin(isOpen: Promise<boolean>, clock: Clock, ms: number): Promise<boolean> {
  let cancel = (): void => undefined;
  const late = new Promise<boolean>((resolve) => {
    cancel = clock.after(ms, () => resolve(false));
  });
  try {
    return await Promise.race([isOpen, late]);
  } finally {
    cancel();
  }
}
