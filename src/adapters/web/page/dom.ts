type Child = Node | string | null | undefined | false;
type AttributeValue = string | number | boolean | null | undefined | ((event: never) => void);
type Attributes = Readonly<Record<string, AttributeValue>>;

/**
 * Makes an element: `h('button', { class: 'quiet', onclick: run }, 'Run')`. Attributes named `on…` are listeners; null,
 * undefined and false leave an attribute out, true sets it empty.
 */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value as EventListener);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Makes an SVG element. */
export function svg(tag: string, attributes: Attributes, ...children: readonly Node[]): SVGElement {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** A file's name that may go on in the next line after a hyphen, an underline or a dot. */
export function fileName(name: string): Node[] {
  return name
    .split(/(?<=[-_.])/)
    .flatMap((part, index) => (index === 0 ? [new Text(part)] : [h('wbr'), new Text(part)]));
}

/** Text for screen readers alone. */
export function hiddenText(text: string): HTMLElement {
  return h('span', { class: 'visually-hidden' }, text);
}

/**
 * Brings a list's items in line with `wanted`, by key: items that stay are not touched, so that focus, scroll and open
 * menus survive.
 */
export function reconcile(
  list: HTMLElement,
  wanted: readonly { readonly key: string; readonly element: HTMLElement }[],
): void {
  const elements = new Set<Element>(wanted.map(({ element }) => element));
  for (const child of list.querySelectorAll(':scope > *')) if (!elements.has(child)) child.remove();
  wanted.forEach(({ element }, index) => {
    if (list.children[index] !== element) list.insertBefore(element, list.children[index] ?? null);
  });
}
