import { z } from 'zod';

/**
 * The replies of Ollama's API as its own description has them (ollama/ollama, docs/openapi.yaml at e2c2edc, OpenAPI 3.1),
 * with every field that the server always sends required and none beside (api/types.go; server/routes.go).
 */
const detailsSchema = z.strictObject({
  parent_model: z.string(),
  format: z.string(),
  family: z.string(),
  families: z.array(z.string()),
  parameter_size: z.string(),
  quantization_level: z.string(),
});
const countsSchema = {
  total_duration: z.int().nonnegative(),
  load_duration: z.int().nonnegative(),
  prompt_eval_count: z.int().positive(),
};
const digestSchema = z.string().regex(/^[0-9a-f]{64}$/);
const dateSchema = z.iso.datetime({ offset: true });

export const officialShapes = {
  /** `ChatStreamEvent`, before the last one. */
  chatEvent: z.strictObject({
    model: z.string(),
    created_at: dateSchema,
    message: z.strictObject({ role: z.literal('assistant'), content: z.string(), thinking: z.string().optional() }),
    done: z.literal(false),
  }),
  /** `ChatResponse`: the last line, and the whole answer where it is not streamed. */
  chatEnd: z.strictObject({
    model: z.string(),
    created_at: dateSchema,
    message: z.strictObject({ role: z.literal('assistant'), content: z.string() }),
    done: z.literal(true),
    done_reason: z.enum(['stop', 'length']),
    ...countsSchema,
    prompt_eval_duration: z.int().nonnegative(),
    eval_count: z.int().nonnegative(),
    eval_duration: z.int().nonnegative(),
  }),
  /** `EmbedResponse`. */
  embed: z.strictObject({ model: z.string(), embeddings: z.array(z.array(z.number())), ...countsSchema }),
  /** `ListResponse`. */
  list: z.strictObject({
    models: z.array(
      z.strictObject({
        name: z.string(),
        model: z.string(),
        modified_at: dateSchema,
        size: z.int(),
        digest: digestSchema,
        details: detailsSchema,
      }),
    ),
  }),
  /** `PsResponse`. */
  running: z.strictObject({
    models: z.array(
      z.strictObject({
        name: z.string(),
        model: z.string(),
        size: z.int(),
        digest: digestSchema,
        details: detailsSchema,
        expires_at: dateSchema,
        size_vram: z.int(),
        context_length: z.int(),
      }),
    ),
  }),
  /** `ShowResponse`; the Modelfile is in api/types.go alone. */
  show: z.strictObject({
    license: z.string(),
    modelfile: z.string(),
    parameters: z.string(),
    template: z.string(),
    details: detailsSchema,
    model_info: z.record(z.string(), z.unknown()),
    capabilities: z.array(z.string()),
    modified_at: dateSchema,
  }),
  /** `StatusEvent`. */
  status: z.strictObject({
    status: z.string(),
    digest: z
      .string()
      .regex(/^sha256:[0-9a-f]{64}$/)
      .optional(),
    total: z.int().positive().optional(),
    completed: z.int().positive().optional(),
  }),
  version: z.strictObject({ version: z.string() }),
  /** `ErrorResponse`, also as a line in the middle of a stream (docs/api/errors.mdx). */
  error: z.strictObject({ error: z.string() }),
};
