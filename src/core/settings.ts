import { z } from 'zod';

/** How a setting is read from the environment and shown in the README's table. */
export interface SettingMeta {
  /** The environment variable, such as `DOCENT_WEB_PORT`. */
  readonly env: string;
  /** One sentence with the unit, without the default. */
  readonly description: string;
  /** Never printed. Default false. */
  readonly secret?: boolean;
}

/** Ties a schema for an environment value (a string, or undefined when unset or empty) to its variable. */
export function setting<Schema extends z.ZodType>(schema: Schema, meta: SettingMeta): Schema {
  return schema.meta({ ...meta });
}

/** Parts of settings that many plugins share. */
export const settingTypes = {
  /** Accepts true/false, yes/no, on/off, 1/0. */
  flag: (fallback: boolean) => z.stringbool().default(fallback),
  integer: (range: { readonly min: number; readonly max: number; readonly fallback: number }) =>
    z.coerce.number().int().min(range.min).max(range.max).default(range.fallback),
  text: (fallback: string) => z.string().min(1).default(fallback),
  optionalText: () => z.string().min(1).optional(),
};

/** The variable and description of each field. @throws Error for a field that is no `setting(…)`: a programming error. */
export function settingsOf(
  schema: z.ZodObject,
): { readonly key: string; readonly meta: SettingMeta; readonly field: z.ZodType }[] {
  return Object.entries(schema.shape).map(([key, field]) => {
    const meta = (field as z.ZodType).meta() as Partial<SettingMeta> | undefined;
    if (meta?.env === undefined || meta.description === undefined)
      throw new Error(`the setting "${key}" names no environment variable`);
    return { key, meta: meta as SettingMeta, field: field as z.ZodType };
  });
}

/** What is wrong with one setting, in words that name the variable and the fix; never its value. */
export interface SettingProblem {
  readonly env: string;
  readonly problem: string;
}

/** Reads a schema's settings from the environment; an empty variable counts as unset. */
export function readSettings<Schema extends z.ZodObject>(
  schema: Schema,
  environment: Readonly<Record<string, string | undefined>>,
): { readonly settings: z.infer<Schema> } | { readonly problems: SettingProblem[] } {
  const fields = settingsOf(schema);
  const raw = Object.fromEntries(
    fields.flatMap(({ key, meta }) => {
      const value = environment[meta.env]?.trim();
      return value === undefined || value === '' ? [] : [[key, value]];
    }),
  );
  const result = schema.safeParse(raw);
  if (result.success) return { settings: result.data };
  return {
    problems: result.error.issues.map((issue) => {
      const field = fields.find(({ key }) => key === issue.path[0]);
      return {
        env: field?.meta.env ?? 'settings',
        problem: `${field?.meta.env ?? 'settings'} is wrong: ${issue.message}. It means: ${field?.meta.description ?? 'the settings together'}`,
      };
    }),
  };
}
