import { z } from 'zod';
import { describeInput, readInput } from '../../../core/chat/command-input.js';
import type { CommandDefinition } from '../../../core/chat/command.js';
import { DocentError } from '../../../core/errors.js';
import type { JsonValue } from '../../../core/json.js';
import { type SlackFile, slackFileSchema } from '../events/slack-file.js';
import { FIELD_ACTION } from './command-form.js';

/** What a submitted form brings. */
export const submittedViewSchema = z.object({
  id: z.string(),
  hash: z.string().default(''),
  private_metadata: z.string().default(''),
  app_installed_team_id: z.string().nullish(),
  state: z
    .object({
      values: z.record(
        z.string(),
        z.record(
          z.string(),
          z.object({
            type: z.string(),
            value: z.string().nullish(),
            selected_option: z.object({ value: z.string() }).nullish(),
            selected_options: z.array(z.object({ value: z.string() })).nullish(),
            files: z.array(slackFileSchema).nullish(),
          }),
        ),
      ),
    })
    .default({ values: {} }),
});
export type SubmittedView = z.infer<typeof submittedViewSchema>;

type FieldState = SubmittedView['state']['values'][string][string];

/** The field of a form, as it was filled in. */
export function fieldOf(view: SubmittedView, blockId: string): FieldState | undefined {
  return view.state.values[blockId]?.[FIELD_ACTION];
}

/** The files of a form's field. */
export function filesIn(view: SubmittedView, blockId: string): SlackFile[] {
  return fieldOf(view, blockId)?.files ?? [];
}

/** The input of a command as a form brings it, on top of what was given before. */
export function valuesIn(
  view: SubmittedView,
  command: CommandDefinition,
  given: Readonly<Record<string, JsonValue>>,
): Record<string, JsonValue> {
  const filled = describeInput(command).flatMap(({ name }): [string, JsonValue][] => {
    const field = fieldOf(view, name);
    return field === undefined ? [] : [[name, valueOf(field)]];
  });
  return { ...given, ...Object.fromEntries(filled) };
}

function valueOf({ type, value, selected_option: option, selected_options: options }: FieldState): JsonValue {
  if (type === 'checkboxes') return (options?.length ?? 0) > 0;
  return value ?? option?.value ?? null;
}

/** What is wrong with an input, by the block to show it at; undefined when nothing is. */
export function inputErrors(
  command: CommandDefinition,
  input: Readonly<Record<string, JsonValue>>,
): Record<string, string> | undefined {
  try {
    readInput(command, input);
    return undefined;
  } catch (error) {
    if (!(error instanceof DocentError)) throw error;
    const names = describeInput(command).map(({ name }) => name);
    const wrong = names.filter((name) => error.userMessage.includes(`"${name}"`));
    const shownAt = wrong.length > 0 ? wrong : names.slice(0, 1);
    return Object.fromEntries(shownAt.map((name) => [name, error.userMessage]));
  }
}
