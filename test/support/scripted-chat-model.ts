import type { ChatModel, ModelPart, ModelRequest } from '../../src/core/ports/chat-model.js';

/** A chat model that says what the test tells it to, and keeps what it was asked. */
export interface ScriptedChatModel extends ChatModel {
  readonly requests: ModelRequest[];
  /** Makes the parts of the next answers. */
  script: (request: ModelRequest) => AsyncIterable<ModelPart> | Iterable<ModelPart>;
}

/** Says each text as one part and then finishes. */
export function* say(...texts: string[]): Generator<ModelPart> {
  for (const text of texts) yield { type: 'text', text };
  yield { type: 'finish', reason: 'stop', inputTokens: 100, outputTokens: 10 };
}

/** A generative model that, unless told otherwise, answers "Yes [1]." and repeats the question as the stand-alone one. */
export function createScriptedChatModel(): ScriptedChatModel {
  const model: ScriptedChatModel = {
    id: 'scripted',
    generative: true,
    contextTokens: 4_096,
    requests: [],
    script: (request) => (request.purpose === 'answer' ? say('Yes ', '[1].') : say(request.question)),
    async *stream(request) {
      model.requests.push(request);
      request.signal.throwIfAborted();
      yield* model.script(request);
    },
    health: async () => ({ state: 'healthy', detail: 'Scripted.' }),
  };
  return model;
}
