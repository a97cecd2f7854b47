import { z } from 'zod';
import type { MessageAction } from '../../../core/chat/outgoing-message.js';
import { type AnswerId, answerIdSchema } from '../../../core/ids.js';
import { type JsonValue, jsonSchema } from '../../../core/json.js';

/** @see https://discord.com/developers/docs/components/reference#anatomy-of-a-component-custom-id */
const MAX_CUSTOM_ID = 100;

/** What a button, a select or a modal of Docent does, as its id says it. */
export type ComponentTask =
  /** A button: runs a command, after asking for a text where `asks` names an input. */
  | {
      readonly kind: 'action';
      readonly command: string;
      readonly asks: string | undefined;
      readonly input: Readonly<Record<string, JsonValue>>;
    }
  /** A modal: runs a command with what was filled in. */
  | { readonly kind: 'form'; readonly command: string; readonly input: Readonly<Record<string, JsonValue>> }
  /** A select under an answer: shows the passage of a source. */
  | { readonly kind: 'passage'; readonly answerId: AnswerId };

/** The id of a button; undefined for an action that says more than an id may hold. */
export function actionId({
  command,
  asks,
  input,
}: Pick<MessageAction, 'command' | 'asks' | 'input'>): string | undefined {
  return fitting(['action', command, asks ?? '', JSON.stringify(input)]);
}

/** The id of a modal; undefined for more than an id may hold. */
export function formId(command: string, input: Readonly<Record<string, JsonValue>>): string | undefined {
  return fitting(['form', command, '', JSON.stringify(input)]);
}

/** The id of the select of an answer's sources. */
export function passageId(answerId: AnswerId): string {
  return ['passage', answerId].join('|');
}

const partsSchema = z.union([
  z
    .tuple([z.enum(['action', 'form']), z.string(), z.string(), z.record(z.string(), jsonSchema)])
    .transform(([kind, command, asks, input]): ComponentTask =>
      kind === 'form' ? { kind, command, input } : { kind, command, asks: asks === '' ? undefined : asks, input },
    ),
  z.tuple([z.literal('passage'), answerIdSchema]).transform(([kind, answerId]): ComponentTask => ({ kind, answerId })),
]);

/** Reads an id back; undefined for one that Docent does not make. */
export function readCustomId(customId: string): ComponentTask | undefined {
  const [kind = '', first = '', second = '', ...rest] = customId.split('|');
  const parts = kind === 'passage' ? [kind, first] : [kind, first, second, jsonOf(rest.join('|'))];
  return partsSchema.safeParse(parts).data;
}

function fitting(parts: readonly string[]): string | undefined {
  const id = parts.join('|');
  return id.length <= MAX_CUSTOM_ID ? id : undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
