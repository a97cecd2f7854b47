import { ApplicationCommandOptionType } from 'discord.js';
import { type Resolver, emptyResolved, resolveUpload, resolveEntity, resolvedPayload } from './command-use.js';
import { checkChoice } from './component-use.js';
import { type Modal, type ModalInput, inputsOf } from './limits/modals.js';
import type { ModalValues } from './people.js';
import type { World } from './state.js';
import type { Channel, Upload } from './world.js';

type Value = ModalValues[string] | undefined;

const MAX_TEXT = 4_000;

/** The data of a modal that was filled in. @throws Error for what Discord's own form would not let through. */
export function modalData(world: World, channel: Channel, modal: Modal, values: ModalValues): object {
  const inputs = inputsOf(modal);
  for (const name of Object.keys(values))
    if (!inputs.some(({ custom_id: customId }) => customId === name))
      throw new Error(`the modal has no input "${name}"`);
  const resolver: Resolver = { world, channel, resolved: emptyResolved() };
  let number = 0;
  const fill = (input: ModalInput): object => ({
    type: input.type,
    id: input.id ?? ++number,
    custom_id: input.custom_id,
    ...filled(resolver, input, values[input.custom_id]),
  });
  const components = modal.components.map((component) => {
    const id = component.id ?? ++number;
    if (component.type === 10) return { type: 10, id };
    if (component.type === 18) return { type: 18, id, component: fill(component.component) };
    return { type: 1, id, components: component.components.map(fill) };
  });
  return { custom_id: modal.custom_id, components, ...resolvedPayload(resolver.resolved) };
}

function filled(resolver: Resolver, input: ModalInput, value: Value): object {
  const name = input.custom_id;
  const isRequired = input.required !== false;
  switch (input.type) {
    case 4: {
      const text = typeof value === 'string' ? value : (input.value ?? '');
      checkText(name, text, isRequired, input);
      return { value: text };
    }
    case 19:
      return {
        values: files(input, value).map((upload) => resolveUpload(resolver, upload, input.file_types)),
      };
    case 21: {
      const chosen = typeof value === 'string' ? value : input.options.find((option) => option.default === true)?.value;
      checkChoice(
        name,
        { options: input.options, min_values: isRequired ? 1 : 0 },
        chosen === undefined ? [] : [chosen],
      );
      return { value: chosen ?? null };
    }
    case 23:
      return { value: typeof value === 'boolean' ? value : (input.default ?? false) };
    case 3:
    case 22: {
      const chosen = texts(value) ?? input.options.flatMap((option) => (option.default === true ? option.value : []));
      const most = input.max_values ?? (input.type === 22 ? input.options.length : 1);
      checkChoice(name, { options: input.options, min_values: leastOf(input, isRequired), max_values: most }, chosen);
      return { values: chosen };
    }
    case 5:
    case 6:
    case 7:
    case 8:
      return { values: entities(resolver, input, texts(value) ?? [], isRequired) };
  }
}

function leastOf({ min_values: least }: { readonly min_values?: number | undefined }, isRequired: boolean): number {
  return isRequired ? (least ?? 1) : 0;
}

function checkText(
  name: string,
  text: string,
  isRequired: boolean,
  {
    min_length: least = 0,
    max_length: most = MAX_TEXT,
  }: { readonly min_length?: number | undefined; readonly max_length?: number | undefined },
): void {
  if (text === '' && !isRequired) return;
  if (text.trim() === '') throw new Error(`the input "${name}" is required`);
  if (text.length < least || text.length > most)
    throw new Error(`the input "${name}" takes ${least} to ${most} characters, not ${text.length}`);
}

function files(input: ModalInput & { readonly type: 19 }, value: Value): readonly Upload[] {
  const uploads = itemsOf(value).filter((item) => typeof item === 'object');
  const least = leastOf(input, input.required !== false);
  const most = input.max_values ?? 1;
  if (uploads.length < least || uploads.length > most)
    throw new Error(`the input "${input.custom_id}" takes ${least} to ${most} files, not ${uploads.length}`);
  return uploads;
}

function texts(value: Value): string[] | undefined {
  if (typeof value === 'string') return [value];
  return value === undefined ? undefined : itemsOf(value).filter((item) => typeof item === 'string');
}

function itemsOf(value: Value): readonly (string | Upload)[] {
  return typeof value === 'object' ? value : [];
}

const entityTypes = {
  5: ApplicationCommandOptionType.User,
  6: ApplicationCommandOptionType.Role,
  7: ApplicationCommandOptionType.Mentionable,
  8: ApplicationCommandOptionType.Channel,
} as const;

function entities(
  resolver: Resolver,
  input: ModalInput & { readonly type: 5 | 6 | 7 | 8 },
  ids: readonly string[],
  isRequired: boolean,
): string[] {
  const { world, channel } = resolver;
  checkChoice(
    input.custom_id,
    {
      options: ids.map((value) => ({ value })),
      min_values: leastOf(input, isRequired),
      max_values: input.max_values ?? 1,
    },
    ids,
  );
  return ids.map((id) => {
    const entity = world.people.get(id) ?? channel.guild?.roles.get(id) ?? world.channels.get(id);
    if (entity === undefined) throw new Error(`there is nothing with the id ${id}`);
    return resolveEntity(resolver, entity, entityTypes[input.type]);
  });
}
