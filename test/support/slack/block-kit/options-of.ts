import { isDeepStrictEqual } from 'node:util';
import type { Option } from './element-parts.js';
import type { InteractiveElement } from './elements.js';

/** The choices that an element offers; undefined where it offers none of its own. */
export function optionsOf(element: InteractiveElement): readonly Option[] | undefined {
  if (element.type === 'static_select' || element.type === 'multi_static_select')
    return [...(element.options ?? []), ...(element.option_groups ?? []).flatMap(({ options }) => options)];
  return 'options' in element ? element.options : undefined;
}

/** Slack wants an initial option to be the offered one in full. */
export function isSameOption(offered: Option, chosen: Option): boolean {
  return isDeepStrictEqual(offered, chosen);
}
