import { z } from 'zod';
import { definePlugin } from '../../core/plugin.js';
import { setting, settingTypes } from '../../core/settings.js';
import { isAddress } from './server-address.js';

const address = z.string().refine(isAddress, 'it must be an address such as http://127.0.0.1:11434').optional();

/**
 * `qwen3:8b`: Ollama's 4-bit file has 5.2 GB, so that it fits a graphics card of 8 GB with its context; it knows many
 * languages, follows the rules of a prompt, and can be told not to think. Ollama's own suggestions (gemma4, qwen3.5) want
 * 12 GB and more. `llama2:7b-chat` and `mistral` work too; their answers cite less reliably.
 */
const CHAT_MODEL = 'qwen3:8b';
/** `nomic-embed-text`: 274 MB, quick without a graphics card. For languages other than English, `bge-m3`. */
const EMBED_MODEL = 'nomic-embed-text';

/** A duration in Ollama's form, or a number of seconds, which its API takes only as a number. */
const keepAlive = z
  .string()
  .regex(
    /^-?\d+(?:\.\d+)?$|^-?(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/,
    'it must be a duration such as 30m or 1h30m, or seconds',
  )
  .transform((text) => (/^[-\d.]+$/.test(text) ? Number(text) : text))
  .prefault('30m');

const settings = z.strictObject({
  url: setting(address, {
    env: 'OLLAMA_URL',
    description: 'Address of Ollama, which may carry a user and password; OLLAMA_HOST counts when it is unset.',
    secret: true,
  }),
  host: setting(address, {
    env: 'OLLAMA_HOST',
    description: 'Address of Ollama as its own programs read it; unset, this machine at port 11434.',
    secret: true,
  }),
  apiKey: setting(settingTypes.optionalText(), {
    env: 'OLLAMA_API_KEY',
    description: 'Key that a proxy before Ollama asks for, sent as a bearer token.',
    secret: true,
  }),
  chatModel: setting(settingTypes.text(CHAT_MODEL), {
    env: 'OLLAMA_CHAT_MODEL',
    description: 'Model that writes the answers.',
  }),
  embedModel: setting(settingTypes.text(EMBED_MODEL), {
    env: 'OLLAMA_EMBED_MODEL',
    description: 'Model that search by meaning uses; after a change, `reindex` makes the vectors anew.',
  }),
  embedDimensions: setting(z.coerce.number().int().min(1).max(8_192).optional(), {
    env: 'OLLAMA_EMBED_DIMENSIONS',
    description: "Numbers in a vector, where they are not the model's own.",
  }),
  contextTokens: setting(settingTypes.integer({ min: 2_048, max: 1_048_576, fallback: 4_096 }), {
    env: 'OLLAMA_CONTEXT_LENGTH',
    description: 'Tokens of prompt and answer together; more takes more memory and holds more passages.',
  }),
  parallel: setting(settingTypes.integer({ min: 1, max: 64, fallback: 1 }), {
    env: 'OLLAMA_NUM_PARALLEL',
    description: 'Answers that Ollama writes at once, as it is set there; other questions wait in Docent.',
  }),
  keepAlive: setting(keepAlive, {
    env: 'OLLAMA_KEEP_ALIVE',
    description: 'How long a model stays in memory after its last use: a duration, seconds, or -1 for always.',
  }),
  stop: setting(
    z
      .string()
      .transform((text) => text.split('|').filter((part) => part !== ''))
      .prefault(''),
    { env: 'OLLAMA_STOP', description: 'Texts that end an answer, separated by `|`; none by default.' },
  ),
  pull: setting(settingTypes.flag(false), {
    env: 'OLLAMA_PULL',
    description: 'Whether missing models are downloaded when Docent starts, in the background.',
  }),
});
/** The plugin's settings, read and checked. */
export type OllamaSettings = z.infer<typeof settings>;

export default definePlugin({
  name: 'ollama',
  description: 'Writes answers and embeds texts with the models of an Ollama server.',
  settings,
  provides: ['chatModel', 'embedder'],
  async create(context) {
    const { createOllama } = await import('./ollama.js');
    return createOllama(context);
  },
});
