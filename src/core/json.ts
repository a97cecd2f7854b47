import { z } from 'zod';

/** Any value that survives JSON: what a stored record, a job's payload or a command's data may hold. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** Accepts any JSON value and refuses everything else (functions, dates, undefined inside arrays …). */
export const jsonSchema: z.ZodType<JsonValue> = z.json();
