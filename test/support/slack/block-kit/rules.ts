import type { MessageBlock, ViewBlock } from './blocks.js';
import { blockText } from './block-text.js';
import type { InteractiveElement } from './elements.js';
import { elementsOf } from './elements-of.js';
import { errorAt } from './issues.js';
import { isSameOption, optionsOf } from './options-of.js';

/** All `markdown` blocks of a message together (blocks/markdown-block). */
const MAX_MARKDOWN = 12_000;
/** All blocks of a message together, as measured: 13,202 characters were refused. */
const MAX_BLOCKS_TEXT = 13_200;

/** What is wrong between blocks that are each right: ids that come twice, options that are not there. */
export function blockProblems(blocks: readonly (MessageBlock | ViewBlock)[], pointer: string): string[] {
  const ids = blocks.map((block) => block.block_id);
  const twice = ids.flatMap((id, index) =>
    id !== undefined && ids.indexOf(id) < index
      ? [errorAt(`${pointer}/${index}/block_id`, `\`block_id\` "${id}" already exists`)]
      : [],
  );
  const tables = blocks.filter(({ type }) => type === 'table').length;
  const focused = blocks
    .flatMap(elementsOf)
    .filter(({ element }) => 'focus_on_load' in element && element.focus_on_load);
  return [
    ...twice,
    ...blocks.flatMap((block, index) => elementProblems(block, `${pointer}/${index}`)),
    ...(tables > 1 ? [errorAt(pointer, 'only_one_table_allowed')] : []),
    ...(focused.length > 1 ? [errorAt(pointer, 'only one element may have focus_on_load')] : []),
  ];
}

/** Whether a message's blocks are too long together: `msg_blocks_too_long`. */
export function areTooLong(blocks: readonly MessageBlock[]): boolean {
  const total = blocks.reduce((sum, block) => sum + blockText(block).length, 0);
  const markdown = blocks.reduce((sum, block) => sum + (block.type === 'markdown' ? block.text.length : 0), 0);
  return total > MAX_BLOCKS_TEXT || markdown > MAX_MARKDOWN;
}

function elementProblems(block: MessageBlock | ViewBlock, pointer: string): string[] {
  const seen = new Set<string>();
  return elementsOf(block).flatMap(({ path, element }) => {
    const place = `${pointer}/${path}`;
    const id = element.action_id;
    const isTwice = id !== undefined && seen.has(id);
    if (id !== undefined) seen.add(id);
    return [
      ...(isTwice ? [errorAt(`${place}/action_id`, `\`action_id\` "${id}" already exists in this block`)] : []),
      ...optionProblems(element, place),
    ];
  });
}

function optionProblems(element: InteractiveElement, place: string): string[] {
  const options = optionsOf(element);
  if (options === undefined) return [];
  const isMenu = element.type === 'static_select' || element.type === 'multi_static_select';
  if (isMenu && (element.options === undefined) === (element.option_groups === undefined))
    return [errorAt(place, 'must have either options or option_groups')];
  const values = options.map(({ value }) => value);
  const initial = [
    ...('initial_option' in element && element.initial_option !== undefined ? [element.initial_option] : []),
    ...('initial_options' in element ? (element.initial_options ?? []) : []),
  ];
  return [
    ...(new Set(values).size < values.length ? [errorAt(place, 'options must have different values')] : []),
    ...(initial.every((chosen) => options.some((offered) => isSameOption(offered, chosen)))
      ? []
      : [errorAt(place, 'initial option must be one of the options')]),
  ];
}
