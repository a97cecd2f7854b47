import type { MessageBlock, ViewBlock } from './block-kit/blocks.js';
import { elementsOf } from './block-kit/elements-of.js';
import type { InteractiveElement } from './block-kit/elements.js';
import type { Payload } from './descriptions.js';
import { chosenOption, filledState } from './field-values.js';
import type { UsedElement } from './person.js';

/** The `actions[0]` of using an element. @throws Error when there is no such element to use */
export function usedAction(blocks: readonly (MessageBlock | ViewBlock)[], used: UsedElement, ts: string): Payload {
  const found = blocks.flatMap((block) =>
    used.blockId === undefined || block.block_id === used.blockId
      ? elementsOf(block).flatMap(({ element }) => (element.action_id === used.actionId ? [{ block, element }] : []))
      : [],
  );
  const [first, second] = found;
  if (first === undefined) throw new Error(`nobody sees an element "${used.actionId}" here`);
  if (second !== undefined) throw new Error(`several blocks have an element "${used.actionId}": name the block`);
  const { block, element } = first;
  if (block.type === 'input' && block.dispatch_action !== true)
    throw new Error(`the input "${used.actionId}" sends nothing by itself`);
  return {
    ...outcomeOf(element, used),
    type: element.type,
    action_id: element.action_id,
    block_id: block.block_id,
    action_ts: ts,
  };
}

function outcomeOf(element: InteractiveElement, { value }: UsedElement): Payload {
  if (element.type === 'button') return { text: element.text, value: element.value, url: element.url };
  if (element.type === 'icon_button') return { text: element.text, value: element.value, icon: element.icon };
  if (element.type === 'feedback_buttons') {
    const pressed = [element.positive_button, element.negative_button].find((button) => button.value === value);
    if (pressed === undefined) throw new Error(`there is no feedback button "${String(value)}"`);
    return { text: pressed.text, value: pressed.value };
  }
  if (value === undefined) throw new Error(`using a ${element.type} takes a value`);
  if (element.type === 'overflow') return { selected_option: chosenOption(element, String(value)) };
  return filledState(element, value, () => {
    throw new Error('files are chosen in a form');
  });
}
