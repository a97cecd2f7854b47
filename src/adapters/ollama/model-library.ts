import { DocentError } from '../../core/errors.js';
import type { Clock } from '../../core/ports/clock.js';
import type { ModelLibrary, PullProgress } from '../../core/ports/model-library.js';
import type { Connect } from './client.js';
import { type OllamaFailure, explainFailure, failureOf } from './failure.js';
import type { Inventory } from './inventory.js';
import { canonicalName } from './model-name.js';
import { pause } from './pause.js';
import { pullOnce } from './pull.js';

/** What the library works with. */
export interface OllamaLibraryOptions {
  readonly connect: Connect;
  readonly inventory: Inventory;
  readonly clock: Clock;
  /** Of the server, without credentials. */
  readonly url: string;
  /** The models that this Docent was told to use. */
  readonly models: readonly { readonly name: string; readonly purpose: string }[];
}

/** A library that can also say, without asking the server, how far a download of this process is. */
export interface OllamaLibrary extends ModelLibrary {
  /** In words, such as `Pulling qwen3:8b: 41 %`; undefined when this process downloads no such model. */
  pulling(name: string): string | undefined;
}

/** What Ollama says of a name that is none, or that its registry does not know (server/images.go, `PullModel`). */
const NO_SUCH_MODEL = /file does not exist|invalid model name/i;
/** Tries in a row that bring nothing; each byte more begins the count anew. */
const MAX_FRUITLESS_TRIES = 5;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/** The models of one Ollama server. Ollama itself joins downloads of one model, keeps what it has, and goes on there. */
export function createOllamaLibrary(options: OllamaLibraryOptions): OllamaLibrary {
  const { connect, inventory, clock, url, models } = options;
  const running = new Map<string, PullProgress>();

  const failed = (failure: OllamaFailure, model: string): DocentError => {
    if (NO_SUCH_MODEL.test(failure.words)) return unknownModel(model, failure);
    if (failure.kind === 'broken') return brokenOff(model, failure);
    return explainFailure(failure, { code: 'ENGINE_UNAVAILABLE', url, model });
  };

  async function* pull(name: string, signal: AbortSignal): AsyncGenerator<PullProgress> {
    let mostBytes = 0;
    for (let tries = 0; ;) {
      signal.throwIfAborted();
      try {
        for await (const progress of pullOnce({ connect, clock, signal, model: name })) {
          if ((progress.bytes?.done ?? 0) > mostBytes) tries = 0;
          mostBytes = Math.max(mostBytes, progress.bytes?.done ?? 0);
          running.set(canonicalName(name), progress);
          yield progress;
        }
        return;
      } catch (error) {
        signal.throwIfAborted();
        const failure = failureOf(error);
        tries += 1;
        const explained = failed(failure, name);
        if (!explained.retryable || tries >= MAX_FRUITLESS_TRIES) throw explained;
        yield { text: 'the connection was cut, going on in a moment' };
        await pause(clock, Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (tries - 1)), signal);
      } finally {
        running.delete(canonicalName(name));
      }
    }
  }

  return {
    server: `Ollama at ${url}`,
    async required(signal) {
      try {
        const installed = await inventory.installed(
          models.map(({ name }) => name),
          signal,
        );
        return models.map((model) => {
          const pulling = running.get(canonicalName(model.name));
          return {
            ...model,
            isInstalled: installed.has(model.name),
            ...(pulling === undefined ? {} : { pulling }),
          };
        });
      } catch (error) {
        signal.throwIfAborted();
        throw explainFailure(failureOf(error), { code: 'ENGINE_UNAVAILABLE', url, model: models[0]?.name ?? '' });
      }
    },
    pull,
    pulling(name) {
      const progress = running.get(canonicalName(name));
      if (progress === undefined) return undefined;
      const { text, bytes } = progress;
      const share = bytes === undefined ? text : `${Math.floor((100 * bytes.done) / Math.max(1, bytes.total))} %`;
      return `Pulling ${name}: ${share}`;
    },
  };
}

function brokenOff(model: string, cause: OllamaFailure): DocentError {
  // A download is sent a model's name and nothing of anybody's, so that the server's words may be told.
  const reason = (cause.words || cause.message).slice(0, 200);
  return new DocentError('ENGINE_UNAVAILABLE', {
    userMessage: `Ollama could not download "${model}": ${reason}. Run \`docent models --pull\` again: it goes on where it was.`,
    retryable: true,
    cause,
  });
}

function unknownModel(model: string, cause: unknown): DocentError {
  return new DocentError('ENGINE_UNAVAILABLE', {
    userMessage: `Ollama could not find a model "${model}" to download. Look its name up on ollama.com/library.`,
    cause,
  });
}
