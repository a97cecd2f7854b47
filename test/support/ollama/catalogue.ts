/** What a model of the stand-in is like. */
export interface StandInModel {
  /** With its tag, such as `qwen3:8b`. */
  readonly name: string;
  readonly family: string;
  readonly parameterSize: string;
  readonly sizeBytes: number;
  readonly contextTokens: number;
  /** Components of a vector; 0 for chat models. */
  readonly dimensions: number;
  /**
   * `obedient`: thinks unless told not to. `stubborn`: thinks always; told not to, Ollama takes the thoughts for the answer,
   * as in ollama/ollama#12736. `levels`: thinks always, apart from the answer. `tags`: writes `<think>` into the answer
   * and Ollama knows nothing of it.
   */
  readonly thinking: 'none' | 'obedient' | 'stubborn' | 'levels' | 'tags';
}

const GIGABYTE = 1_000_000_000;

function chat(
  name: string,
  family: string,
  parameterSize: string,
  gigabytes: number,
  contextTokens: number,
  thinking: StandInModel['thinking'] = 'none',
): StandInModel {
  const sizeBytes = Math.round(gigabytes * GIGABYTE);
  return { name, family, parameterSize, sizeBytes, contextTokens, dimensions: 0, thinking };
}

function embed(
  name: string,
  family: string,
  gigabytes: number,
  contextTokens: number,
  dimensions: number,
): StandInModel {
  const sizeBytes = Math.round(gigabytes * GIGABYTE);
  return { name, family, parameterSize: '137M', sizeBytes, contextTokens, dimensions, thinking: 'none' };
}

/** The models that the stand-in can pull. */
export const catalogue: readonly StandInModel[] = [
  chat('llama2:7b-chat', 'llama', '7B', 3.8, 4_096),
  chat('mistral:latest', 'llama', '7.2B', 4.1, 32_768),
  chat('qwen3:8b', 'qwen3', '8.2B', 5.2, 40_960, 'obedient'),
  chat('qwen3.5:latest', 'qwen35', '9.7B', 6.6, 262_144, 'obedient'),
  chat('qwen3:4b', 'qwen3', '4.0B', 2.5, 262_144, 'stubborn'),
  chat('gpt-oss:20b', 'gptoss', '20.9B', 14, 131_072, 'levels'),
  chat('deepseek-r1:7b', 'qwen2', '7.6B', 4.7, 131_072, 'tags'),
  embed('nomic-embed-text:latest', 'nomic-bert', 0.274, 2_048, 768),
  embed('all-minilm:latest', 'bert', 0.046, 256, 384),
  embed('bge-m3:latest', 'bert', 1.2, 8_192, 1_024),
  embed('home-made:latest', 'bert', 0.1, 512, 640),
];

/** The model of a name, where `x` means `x:latest`. */
export function findModel(models: readonly StandInModel[], name: string): StandInModel | undefined {
  const full = /:[^/]*$/.test(name) ? name : `${name}:latest`;
  return models.find((model) => model.name.toLowerCase() === full.toLowerCase());
}
