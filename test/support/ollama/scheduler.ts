import { untilAborted } from '../../../src/core/deadline.js';
import type { Behaviour } from './behaviour.js';
import type { StandInModel } from './catalogue.js';
import { Refusal } from './requests.js';

/** A model in memory. */
export interface LoadedModel {
  readonly model: StandInModel;
  readonly contextTokens: number;
  expiresAt: number;
}

/** Loads models and gives out their slots, as Ollama's scheduler does (server/sched.go, llm/llama_server.go). */
export interface Scheduler {
  /**
   * Waits until the model is loaded with that context and a slot is free.
   * @returns what gives the slot back
   * @throws Refusal 503 when too many wait for a model to be loaded; the signal's reason when aborted.
   */
  take(model: StandInModel, contextTokens: number | undefined, signal: AbortSignal): Promise<() => void>;
  keep(model: StandInModel, keepAliveMs: number): void;
  unload(name: string): void;
  readonly loaded: ReadonlyMap<string, LoadedModel>;
  /** Every load so far: the model and its context. */
  readonly loads: readonly { readonly name: string; readonly contextTokens: number }[];
}

const DEFAULT_CONTEXT = 4_096;
const DEFAULT_KEEP_MS = 300_000;

/** A scheduler that loads one model after another and drops a load whose client went away. */
export function createScheduler(behaviour: Behaviour): Scheduler {
  const loaded = new Map<string, LoadedModel>();
  const loads: { name: string; contextTokens: number }[] = [];
  const busy = new Map<string, number>();
  const waiting = new Map<string, (() => void)[]>();
  let pending = 0;
  let loading: Promise<unknown> = Promise.resolve();

  const isThere = (model: StandInModel, contextTokens: number): boolean =>
    loaded.get(model.name)?.contextTokens === contextTokens;

  async function load(model: StandInModel, contextTokens: number, signal: AbortSignal): Promise<void> {
    if (pending >= behaviour.maxQueue)
      throw new Refusal(503, 'server busy, please try again.  maximum pending requests exceeded');
    pending += 1;
    const turn = loading.then(async () => {
      signal.throwIfAborted();
      if (isThere(model, contextTokens)) return;
      loaded.delete(model.name);
      await untilAborted(behaviour.load(model, signal), signal);
      loads.push({ name: model.name, contextTokens });
      loaded.set(model.name, { model, contextTokens, expiresAt: Date.now() + DEFAULT_KEEP_MS });
    });
    loading = turn.catch(() => undefined);
    try {
      await turn;
    } finally {
      pending -= 1;
    }
  }

  async function takeSlot({ name }: StandInModel, signal: AbortSignal): Promise<() => void> {
    while ((busy.get(name) ?? 0) >= behaviour.parallel) {
      await new Promise<void>((resolve) => {
        waiting.set(name, [...(waiting.get(name) ?? []), resolve]);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
      signal.throwIfAborted();
    }
    busy.set(name, (busy.get(name) ?? 0) + 1);
    return () => {
      busy.set(name, (busy.get(name) ?? 0) - 1);
      for (const wake of waiting.get(name)?.splice(0) ?? []) wake();
    };
  }

  return {
    loaded,
    loads,
    async take(model, asked = DEFAULT_CONTEXT, signal) {
      const contextTokens = Math.min(asked, model.contextTokens);
      if (!isThere(model, contextTokens)) await load(model, contextTokens, signal);
      return takeSlot(model, signal);
    },
    keep(model, keepAliveMs) {
      const held = loaded.get(model.name);
      if (held !== undefined) held.expiresAt = Date.now() + keepAliveMs;
      if (keepAliveMs === 0) loaded.delete(model.name);
    },
    unload: (name) => void loaded.delete(name),
  };
}
