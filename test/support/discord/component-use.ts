import { ComponentType, MessageFlags } from 'discord.js';
import { flattenComponents } from './limits/message-components.js';
import type { Interaction } from './interaction-run.js';
import type { World } from './state.js';
import type { Message } from './world.js';

interface Usable {
  readonly type: number;
  readonly custom_id?: string | undefined;
  readonly disabled?: boolean;
  readonly min_values?: number;
  readonly max_values?: number;
  readonly options?: readonly { readonly value: string }[];
}

/** The data of a pressed button. @throws Error when there is none, or it is disabled. */
export function pressData(message: Message, customId: string): object {
  const component = usable(message, customId);
  if (component.type !== Number(ComponentType.Button)) throw new Error(`"${customId}" is not a button`);
  return { custom_id: customId, component_type: component.type };
}

/** The data of a chosen option. @throws Error for a choice that the menu does not offer. */
export function selectData(message: Message, customId: string, values: readonly string[]): object {
  const component = usable(message, customId);
  if (component.type !== Number(ComponentType.StringSelect)) throw new Error(`"${customId}" is not a menu of options`);
  checkChoice(customId, component, values);
  return { custom_id: customId, component_type: component.type, values };
}

/** @throws Error when so many cannot be chosen, or one is not there. */
export function checkChoice(
  name: string,
  { options = [], min_values: least = 1, max_values: most = 1 }: Pick<Usable, 'options' | 'min_values' | 'max_values'>,
  values: readonly string[],
): void {
  const unknown = values.find((value) => !options.some((option) => option.value === value));
  if (unknown !== undefined) throw new Error(`"${name}" does not offer "${unknown}"`);
  if (values.length < least || values.length > most)
    throw new Error(`"${name}" takes ${least} to ${most} values, not ${values.length}`);
}

/** @throws Error when the message is somebody else's ephemeral one: they do not see it. */
export function checkSees(world: World, userId: string, message: Message): void {
  if (((message.flags ?? 0) & MessageFlags.Ephemeral) === 0) return;
  const isTheirs = (interaction: Interaction): boolean =>
    interaction.user.id === userId && interaction.messages.includes(message);
  if (![...world.interactions.values()].some(isTheirs)) throw new Error('the message is shown to somebody else alone');
}

function usable(message: Message, customId: string): Usable {
  const all = flattenComponents(message.components ?? []) as readonly Usable[];
  const component = all.find((candidate) => candidate.custom_id === customId);
  if (component === undefined) throw new Error(`the message has no component "${customId}"`);
  if (component.disabled === true) throw new Error(`"${customId}" is disabled`);
  return component;
}
