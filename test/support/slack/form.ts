import { elementsOf } from './block-kit/elements-of.js';
import type { MessageBlock, ViewBlock } from './block-kit/blocks.js';
import type { InteractiveElement } from './block-kit/elements.js';
import type { Payload } from './descriptions.js';
import { type StoreFiles, filledState, initialState, isEmptyState } from './field-values.js';
import type { FieldValue } from './person.js';

/** Elements that keep no state of their own: they act at once. */
const STATELESS = new Set(['button', 'overflow', 'feedback_buttons', 'icon_button']);

/**
 * The values of all fields, by block and action, as interactions bring them.
 * @param filled what a person put in, by block id; nothing else than its blocks may be named
 * @throws Error when the page would not let a person submit it: a required field is empty, a value does not fit
 */
export function stateValues(
  blocks: readonly (MessageBlock | ViewBlock)[],
  filled: Readonly<Record<string, FieldValue>>,
  store: StoreFiles,
  isSubmitted: boolean,
): Record<string, Payload> {
  const known = new Set(blocks.map(({ block_id: id }) => id));
  const stray = Object.keys(filled).filter((id) => !known.has(id));
  if (stray.length > 0) throw new Error(`the view has no block "${stray.join('", "')}"`);
  return Object.fromEntries(
    blocks.flatMap((block) => {
      const id = block.block_id ?? '';
      const states = elementsOf(block)
        .filter(({ element }) => !STATELESS.has(element.type))
        .map(({ element }) => [element.action_id ?? '', stateOf(element, filled[id], store)] as const);
      if (
        isSubmitted &&
        block.type === 'input' &&
        block.optional !== true &&
        states.some(([, state]) => isEmptyState(state))
      )
        throw new Error(`"${block.label.text}" is required`);
      return states.length === 0 ? [] : [[id, Object.fromEntries(states)]];
    }),
  );
}

function stateOf(element: InteractiveElement, value: FieldValue | undefined, store: StoreFiles): Payload {
  return value === undefined ? initialState(element) : filledState(element, value, store);
}
