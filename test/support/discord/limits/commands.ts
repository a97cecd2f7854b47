import { Locale } from 'discord.js';
import { z } from 'zod';
import { addFieldError } from '../form.js';
import { fileTypesSchema, hasDuplicates } from './fields.js';

/** application-commands, Application Command Naming: letters that have a small form must be small. */
const NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;
const MAX_SIZE = 8_000;

const slashNameSchema = z.string().refine((name) => NAME.test(name) && name === name.toLowerCase(), {
  params: { code: 'APPLICATION_COMMAND_INVALID_NAME' },
  message: 'Command name is invalid',
});
const menuNameSchema = z.string().min(1).max(32);
const descriptionSchema = z.string().min(1).max(100);

function localised(schema: z.ZodType<string>) {
  return z.partialRecord(z.enum(Locale), schema.nullable()).nullish();
}

const choiceSchema = z.strictObject({
  name: z.string().min(1).max(100),
  name_localizations: localised(z.string().min(1).max(100)),
  value: z.union([z.string().max(100), z.number()]),
});

/** Choices that an autocompletion answers with. */
export const autocompleteSchema = z.strictObject({ choices: z.array(choiceSchema).max(25) });

const optionFields = {
  type: z.int().min(1).max(11),
  name: slashNameSchema,
  name_localizations: localised(slashNameSchema),
  description: descriptionSchema,
  description_localizations: localised(descriptionSchema),
  required: z.boolean().optional(),
  choices: z.array(choiceSchema).max(25).nullish(),
  autocomplete: z.boolean().optional(),
  channel_types: z.array(z.int()).optional(),
  min_value: z.number().optional(),
  max_value: z.number().optional(),
  min_length: z.int().min(0).max(6_000).optional(),
  max_length: z.int().min(1).max(6_000).optional(),
  file_types: fileTypesSchema.optional(),
} as const;

const CHOOSABLE = new Set([3, 4, 10]);

/** An option of a registered command: a value, a subcommand (1) or a group of those (2). */
export interface CommandOption extends z.infer<z.ZodObject<typeof optionFields>> {
  readonly options?: CommandOption[] | undefined;
}

const commandOptionSchema: z.ZodType<CommandOption> = z
  .strictObject({ ...optionFields, options: z.lazy(() => z.array(commandOptionSchema).max(25)).optional() })
  .superRefine((option, context) => {
    const isParent = option.type <= 2;
    checkOptions(option.options ?? [], context);
    if (isParent && option.required !== undefined)
      addFieldError(context, ['required'], 'UNKNOWN_FIELD', 'A subcommand cannot be required.');
    if (!isParent && option.options !== undefined)
      addFieldError(context, ['options'], 'UNKNOWN_FIELD', 'A value has no options.');
    if (option.options?.some(({ type }) => type <= 2 && !(option.type === 2 && type === 1)) === true)
      addFieldError(context, ['options'], 'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID', 'This cannot stand in here.');
    if (option.type === 2 && option.options?.every(({ type }) => type === 1) !== true)
      addFieldError(context, ['options'], 'BASE_TYPE_REQUIRED', 'A group is made of subcommands.');
    if ((option.choices?.length ?? 0) > 0 && option.autocomplete === true)
      addFieldError(
        context,
        ['autocomplete'],
        'APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_CHOICES',
        'There are choices.',
      );
    if ((option.choices?.length ?? 0) > 0 || option.autocomplete === true)
      if (!CHOOSABLE.has(option.type))
        addFieldError(context, ['type'], 'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID', 'This type has no choices.');
    if (option.file_types !== undefined && option.type !== 11)
      addFieldError(context, ['file_types'], 'UNKNOWN_FIELD', 'Only a file has a file type.');
  });
function checkOptions(
  options: readonly { readonly name: string; readonly required?: boolean | undefined; readonly type: number }[],
  context: z.RefinementCtx,
): void {
  if (hasDuplicates(options.map(({ name }) => name)))
    addFieldError(context, ['options'], 'APPLICATION_COMMAND_OPTIONS_NAME_DUPLICATE', 'Option names must be unique');
  const firstOptional = options.findIndex(({ required }) => required !== true);
  for (const [index, { required }] of options.entries())
    if (required === true && firstOptional !== -1 && index > firstOptional)
      addFieldError(
        context,
        ['options', index],
        'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID',
        'Required options must be placed before non-required options',
      );
  const parents = options.filter(({ type }) => type <= 2).length;
  if (parents > 0 && parents < options.length)
    addFieldError(
      context,
      ['options'],
      'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID',
      'Sub-command and sub-command group option types are mutually exclusive to all other types',
    );
}

const commandFields = {
  type: z.literal([1, 2, 3]).default(1),
  name: z.string(),
  name_localizations: localised(z.string()),
  description: z.string().default(''),
  description_localizations: localised(z.string()),
  options: z.array(commandOptionSchema).max(25).optional(),
  default_member_permissions: z.string().regex(/^\d+$/).nullish(),
  dm_permission: z.boolean().nullish(),
  default_permission: z.boolean().nullish(),
  nsfw: z.boolean().optional(),
  integration_types: z
    .array(z.literal([0, 1]))
    .min(1)
    .nullish(),
  contexts: z
    .array(z.literal([0, 1, 2]))
    .min(1)
    .nullish(),
} as const;

/** A command (application-commands, Application Command Structure). */
export const commandSchema = z
  .strictObject({ id: z.string().optional(), ...commandFields })
  .superRefine((command, context) => {
    const isSlash = command.type === 1;
    const nameSchema: z.ZodType<string> = isSlash ? slashNameSchema : menuNameSchema;
    const names = { name: command.name, ...command.name_localizations };
    for (const [key, name] of Object.entries(names))
      if (name !== null && !nameSchema.safeParse(name).success)
        addFieldError(
          context,
          key === 'name' ? [key] : ['name_localizations', key],
          'APPLICATION_COMMAND_INVALID_NAME',
          'Command name is invalid',
        );
    const descriptions = { description: command.description, ...command.description_localizations };
    for (const [key, text] of Object.entries(descriptions)) {
      const path = key === 'description' ? [key] : ['description_localizations', key];
      if (!isSlash && text !== '' && text !== null)
        addFieldError(
          context,
          path,
          'APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION_INVALID',
          'Context menu commands cannot have description',
        );
      if (isSlash && text !== null && !descriptionSchema.safeParse(text).success)
        addFieldError(context, path, 'BASE_TYPE_BAD_LENGTH', 'Must be between 1 and 100 in length.');
    }
    if (!isSlash && (command.options?.length ?? 0) > 0)
      addFieldError(
        context,
        ['options'],
        'APPLICATION_COMMAND_CONTEXT_MENU_OPTIONS_INVALID',
        'Context menu commands cannot have options',
      );
    checkOptions(command.options ?? [], context);
    if (sizeOf(command) > MAX_SIZE)
      addFieldError(context, [], 'APPLICATION_COMMAND_TOO_LARGE', `Command exceeds maximum size (${MAX_SIZE})`);
  });
/** A command as it was sent. */
export type CommandBody = z.infer<typeof commandSchema>;

interface Sized {
  readonly name: string;
  readonly description?: string;
  readonly options?: readonly Sized[] | undefined;
  readonly choices?: readonly { readonly name: string; readonly value: string | number }[] | null | undefined;
}

/** The characters of names, descriptions and values; of localisations Discord counts the longest, which is not done here. */
function sizeOf({ name, description = '', options = [], choices }: Sized): number {
  const inner = options.reduce((sum, option) => sum + sizeOf(option), 0);
  const offered = (choices ?? []).reduce((sum, choice) => sum + choice.name.length + String(choice.value).length, 0);
  return name.length + description.length + inner + offered;
}
