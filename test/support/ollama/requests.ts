import { z } from 'zod';

/** A refusal as Ollama sends it: a status and `{"error": …}`. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** A Go duration, or seconds as a number (api/types.go, `Duration.UnmarshalJSON`). */
const durationSchema = z.union([z.number(), z.string().regex(/^-?(?:\d+(?:\.\d+)?(?:ns|us|ms|s|m|h))+$|^0$/)]);

/** The options that Ollama knows (api/types.go, `Options` and `Runner`). */
const optionsSchema = z
  .strictObject({
    ...Object.fromEntries(
      [
        'num_ctx',
        'num_batch',
        'num_gpu',
        'num_predict',
        'num_keep',
        'num_thread',
        'seed',
        'top_k',
        'repeat_last_n',
      ].map((name) => [name, z.int().optional()]),
    ),
    ...Object.fromEntries(
      ['temperature', 'top_p', 'min_p', 'typical_p', 'repeat_penalty', 'presence_penalty', 'frequency_penalty'].map(
        (name) => [name, z.number().optional()],
      ),
    ),
    stop: z.array(z.string()).optional(),
  })
  .transform((options) => options as { num_ctx?: number; num_predict?: number; stop?: string[] });

const messageSchema = z.strictObject({
  role: z.enum(['system', 'user', 'assistant', 'tool']),
  content: z.string(),
  thinking: z.string().optional(),
});

/** The bodies of the official API (docs/openapi.yaml), stricter than Ollama, which passes over fields it does not know. */
export const requestSchemas = {
  chat: z.strictObject({
    model: z.string(),
    messages: z.array(messageSchema).default([]),
    stream: z.boolean().default(true),
    think: z.union([z.boolean(), z.enum(['high', 'medium', 'low', 'max'])]).optional(),
    keep_alive: durationSchema.optional(),
    options: optionsSchema.default({}),
  }),
  embed: z.strictObject({
    model: z.string(),
    input: z.union([z.string(), z.array(z.string())]),
    truncate: z.boolean().default(true),
    dimensions: z.int().positive().optional(),
    keep_alive: durationSchema.optional(),
    options: optionsSchema.default({}),
  }),
  show: z.strictObject({ model: z.string(), verbose: z.boolean().optional() }),
  /** The client still says `name` for `model`. */
  pull: z
    .strictObject({
      model: z.string().optional(),
      name: z.string().optional(),
      insecure: z.boolean().optional(),
      stream: z.boolean().default(true),
    })
    .transform(({ model, name, stream }) => ({ model: model ?? name ?? '', stream })),
};
export type ChatBody = z.infer<(typeof requestSchemas)['chat']>;
export type EmbedBody = z.infer<(typeof requestSchemas)['embed']>;
export type ModelMessage = ChatBody['messages'][number];

/** Reads a body. @throws Refusal 400 with the field that is wrong. */
export function readBody<Schema extends z.ZodType>(schema: Schema, text: string): z.infer<Schema> {
  if (text === '') throw new Refusal(400, 'missing request body');
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    throw new Refusal(400, "invalid character in the request's JSON");
  }
  const result = schema.safeParse(raw);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = issue?.path.join('.') ?? '';
  throw new Refusal(
    400,
    issue?.code === 'unrecognized_keys'
      ? `json: unknown field "${issue.keys.join(', ')}"`
      : `json: cannot unmarshal into Go struct field ${field}`,
  );
}
