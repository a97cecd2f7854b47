/** Whose turn it is, as one process sees it. */
export interface WorkTurns {
  /** A group may have work. */
  add(group: string): void;
  /**
   * The group that may have work, is not full, and whose last turn is the longest ago. It is to be added again unless it turns
   * out to have none.
   */
  take(fullGroups: readonly string[]): string | undefined;
  /** A group had its turn, and may have more. */
  had(group: string): void;
  /** A group has nothing to take, until `at` if that is known, or until it is added again. */
  wait(group: string, at: number | undefined): void;
  /** When something of a group may be taken though nobody says so, in milliseconds since 1970. */
  nextAt(): number | undefined;
}

/** Groups whose last turn is remembered. */
const KEPT_TURNS = 10_000;

/** The turns of one queue. @param now in milliseconds since 1970. */
export function createWorkTurns(now: () => number): WorkTurns {
  const candidates = new Set<string>();
  const waiting = new Map<string, number>();
  const lastTurns = new Map<string, number>();
  let turn = 0;
  const lastTurn = (group: string): number => lastTurns.get(group) ?? 0;

  return {
    add(group) {
      candidates.add(group);
    },
    take(fullGroups) {
      for (const [group, at] of waiting)
        if (at <= now()) {
          waiting.delete(group);
          candidates.add(group);
        }
      let first: string | undefined;
      for (const group of candidates)
        if (!fullGroups.includes(group) && (first === undefined || lastTurn(group) < lastTurn(first))) first = group;
      if (first !== undefined) candidates.delete(first);
      return first;
    },
    had(group) {
      candidates.add(group);
      turn += 1;
      lastTurns.delete(group);
      lastTurns.set(group, turn);
      for (const oldest of lastTurns.keys()) {
        if (lastTurns.size <= KEPT_TURNS) break;
        lastTurns.delete(oldest);
      }
    },
    wait(group, at) {
      if (at === undefined) waiting.delete(group);
      else waiting.set(group, at);
    },
    nextAt: () => (waiting.size === 0 ? undefined : Math.min(...waiting.values())),
  };
}
