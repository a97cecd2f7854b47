import { familyName } from './model-name.js';

/**
 * Models that Ollama answers one request at a time with, whatever OLLAMA_NUM_PARALLEL says (server/sched.go, `load`); the
 * others' requests wait there unseen, where nobody can be told how many are before theirs.
 */
const ONE_SLOT = /^(?:qwen3\.5|qwen3-next|qwen3-vl|llama3\.2-vision|lfm2|nemotron-3|nemotron-h)/;

/** Whether Ollama gives the model one slot only. */
export function hasOneSlot(model: string): boolean {
  return ONE_SLOT.test(familyName(model));
}
