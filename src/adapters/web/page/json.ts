import type { Json } from './wire.js';

/** Reads data whose shape is another part's matter: what is missing or of another kind reads as empty. */
export const read = {
  fields(value: Json | undefined): { readonly [key: string]: Json | undefined } {
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  },
  list(value: Json | undefined): readonly Json[] {
    return Array.isArray(value) ? value : [];
  },
  text(value: Json | undefined): string {
    return typeof value === 'string' ? value : '';
  },
  number(value: Json | undefined): number {
    return typeof value === 'number' && Number.isFinite(value) ? value : 0;
  },
  numberOrNull(value: Json | undefined): number | null {
    return typeof value === 'number' && Number.isFinite(value) ? value : null;
  },
};
