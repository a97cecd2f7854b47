/** Keeps the elements of rows that did not change, and with them the focus and what is folded out. */
export interface KeptRows {
  row(key: string, value: unknown, make: () => HTMLElement): { readonly key: string; readonly element: HTMLElement };
}

/** Compares by content, because rows are read again as a whole. */
export function createKeptRows(): KeptRows {
  const kept = new Map<string, { readonly content: string; readonly element: HTMLElement }>();
  return {
    row(key, value, make) {
      const content = JSON.stringify(value);
      const known = kept.get(key);
      const row = known?.content === content ? known : { content, element: make() };
      kept.set(key, row);
      return { key, element: row.element };
    },
  };
}
