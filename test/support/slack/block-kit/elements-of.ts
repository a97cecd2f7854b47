import type { MessageBlock, ViewBlock } from './blocks.js';
import type { InteractiveElement } from './elements.js';

/** An element that people can use, with its path within the block. */
export interface PlacedElement {
  readonly path: string;
  readonly element: InteractiveElement;
}

/** The elements of a block that people can use. */
export function elementsOf(block: MessageBlock | ViewBlock): PlacedElement[] {
  if (block.type === 'actions' || block.type === 'context_actions') return placed('elements', block.elements);
  if (block.type === 'card') return placed('actions', block.actions ?? []);
  if (block.type === 'input') return [{ path: 'element', element: block.element }];
  if (block.type === 'section') {
    const { accessory } = block;
    return accessory === undefined || accessory.type === 'image' ? [] : [{ path: 'accessory', element: accessory }];
  }
  if (block.type === 'carousel') return nested('elements', block.elements);
  if (block.type === 'container') return nested('child_blocks', block.child_blocks);
  return [];
}

function placed(name: string, elements: readonly InteractiveElement[]): PlacedElement[] {
  return elements.map((element, index) => ({ path: `${name}/${index}`, element }));
}

function nested(name: string, blocks: readonly (MessageBlock | ViewBlock)[]): PlacedElement[] {
  return blocks.flatMap((block, index) =>
    elementsOf(block).map(({ path, element }) => ({ path: `${name}/${index}/${path}`, element })),
  );
}
