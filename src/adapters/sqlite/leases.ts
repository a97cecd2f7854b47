import { z } from 'zod';
import type { Lease } from '../../core/ports/coordinator.js';
import type { Database } from './database.js';

const fenceSchema = z.object({ value: z.number().int() });

/** Named leases of this process. */
export interface Leases {
  take(name: string): Lease | undefined;
  /** Aborts every lease that is held. */
  close(): void;
}

/**
 * Leases live in memory, because one process owns the data folder: they end with it, and need no extension. Fences are
 * one stored counter for all names, so that they grow over restarts too.
 */
export function createLeases(database: Database): Leases {
  const held = new Map<string, AbortController>();

  return {
    take(name) {
      if (held.has(name)) return undefined;
      const row = database.get(
        `INSERT INTO fences (kind, value) VALUES ('lease', 1) ON CONFLICT (kind) DO UPDATE SET value = value + 1 RETURNING value`,
      );
      const holder = new AbortController();
      held.set(name, holder);
      return {
        fence: fenceSchema.parse(row).value,
        signal: holder.signal,
        async release() {
          if (held.get(name) === holder) held.delete(name);
        },
      };
    },
    close() {
      for (const holder of held.values()) holder.abort();
      held.clear();
    },
  };
}
