import { z } from 'zod';
import { withDeadline } from '../../core/deadline.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Connect } from './client.js';
import { isSameModel } from './model-name.js';

/** What a server says about itself and one of its models. Each call has a deadline of its own. */
export interface Inventory {
  version(signal: AbortSignal): Promise<string>;
  /** Which of the models are there to be used. */
  installed(models: readonly string[], signal: AbortSignal): Promise<ReadonlySet<string>>;
  /** Whether the model is in memory. */
  isLoaded(model: string, signal: AbortSignal): Promise<boolean>;
  describe(model: string, signal: AbortSignal): Promise<ModelDescription>;
}

/** What a server knows of a model. */
export interface ModelDescription {
  /** Whether it may think before it answers. */
  readonly canThink: boolean;
  /** Tokens it was trained to see; undefined when the server does not say. */
  readonly contextTokens: number | undefined;
}

/** A server under load takes its time for a large model's description. */
const CALL_TIMEOUT_MS = 10_000;
/** How long somebody who watches waits for such an answer; it comes within milliseconds unless something is wrong. */
export const QUICK_LOOK_MS = 1_500;

const listSchema = z.object({ models: z.array(z.object({ name: z.string() })).nullable() });
const versionSchema = z.object({ version: z.string() });
const showSchema = z.object({
  capabilities: z.array(z.string()).nullish(),
  model_info: z.record(z.string(), z.unknown()).nullish(),
});

/** Asks a server, tolerant of what other versions add. */
export function createInventory({ connect, clock }: { readonly connect: Connect; readonly clock: Clock }): Inventory {
  const inTime = <Result>(signal: AbortSignal, call: (signal: AbortSignal) => Promise<Result>): Promise<Result> =>
    withDeadline({ clock, timeoutMs: CALL_TIMEOUT_MS, signal }, call);
  const named = (list: unknown, model: string): boolean =>
    (listSchema.parse(list).models ?? []).some(({ name }) => isSameModel(name, model));

  return {
    version: (signal) => inTime(signal, async (joined) => versionSchema.parse(await connect(joined).version()).version),
    installed: (models, signal) =>
      inTime(signal, async (joined) => {
        const list = await connect(joined).list();
        return new Set(models.filter((model) => named(list, model)));
      }),
    isLoaded: (model, signal) => inTime(signal, async (joined) => named(await connect(joined).ps(), model)),
    describe: (model, signal) =>
      inTime(signal, async (joined) => {
        const shown = showSchema.parse(await connect(joined).show({ model }));
        return {
          canThink: shown.capabilities?.includes('thinking') ?? false,
          contextTokens: contextOf(shown.model_info ?? {}),
        };
      }),
  };
}

/** The length stands under the name of the architecture, such as `llama.context_length`. */
function contextOf(info: Readonly<Record<string, unknown>>): number | undefined {
  const found = Object.entries(info).find(([key]) => /^[^.]+\.context_length$/.test(key));
  return typeof found?.[1] === 'number' ? found[1] : undefined;
}
