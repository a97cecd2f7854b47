import { z } from 'zod';
import type { WorkStatus } from '../../core/ports/coordinator.js';
import { anyJson, storedJson } from '../../core/stored-json.js';
import type { QueueScripts } from './queue-scripts.js';
import { workLook } from './scripts/work-look.js';

const sizeSchema = z.tuple([z.string(), z.number()]);
const pieceSchema = z.tuple([
  z.string(),
  z.string(),
  z.enum(['waiting', 'active', 'done', 'failed', 'cancelled']),
  z.coerce.number().int(),
  storedJson(anyJson),
  storedJson(anyJson).nullable(),
  z.number().nullable(),
]);
const lookSchema = z.tuple([z.array(sizeSchema), z.array(z.unknown())]);

/** What is asked for: a piece of work, or what is not over of a queue or a group. */
export type WorkQuestion = { readonly id: string } | { readonly limit: number; readonly group?: string | undefined };

/** Work as it can be seen, oldest first. What cannot be read any more is left out. */
export async function lookAtWork(scripts: QueueScripts, queue: string, question: WorkQuestion): Promise<WorkStatus[]> {
  const [sizes, pieces] = lookSchema.parse(await scripts.run(workLook, toArguments(question)));
  const positionOf = positionsInTurns(sizes);
  return pieces.flatMap((piece) => {
    const read = pieceSchema.safeParse(piece).data;
    if (read === undefined) return [];
    const [id, group, state, attempts, progress, payload, before] = read;
    const position = before === null ? 0 : positionOf(group, before);
    return { id, queue, group, state, position, attempts, progress, payload };
  });
}

function toArguments(question: WorkQuestion): (string | number)[] {
  if ('id' in question) return ['one', question.id];
  return question.group === undefined ? ['all', question.limit] : ['group', question.limit, question.group];
}

/**
 * How many pieces start before one that has `before` of its group before it, if each group gives one a turn. `sizes` says how
 * many of each group wait, the group whose turn is next first.
 */
function positionsInTurns(sizes: readonly (readonly [group: string, size: number])[]) {
  const rounds: Map<string, number>[] = [];
  let left = sizes;
  for (let position = 0; left.length > 0; left = left.filter(([, size]) => size > rounds.length)) {
    const round = new Map<string, number>();
    for (const [group] of left) round.set(group, position++);
    rounds.push(round);
  }
  return (group: string, before: number): number => rounds[before]?.get(group) ?? 0;
}
