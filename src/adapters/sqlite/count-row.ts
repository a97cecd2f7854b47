import { z } from 'zod';

/** A row with a single number `n`. */
export const countRow = z.object({ n: z.number() });
