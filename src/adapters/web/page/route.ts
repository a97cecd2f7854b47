/** Where the page is: a creator's room, and a thread in it or a new one. */
export interface Place {
  readonly creatorId: string | null;
  readonly threadId: string | null;
}

/** Reads `#/coach/1f0c…`. */
export function readPlace(): Place {
  const [creatorId, threadId] = location.hash.replace(/^#\/?/, '').split('/').map(decodeSegment);
  return { creatorId: creatorId === undefined || creatorId === '' ? null : creatorId, threadId: threadId ?? null };
}

/** The link to a place. */
export function linkTo(creatorId: string, threadId: string | null): string {
  return `#/${encodeURIComponent(creatorId)}${threadId === null ? '' : `/${encodeURIComponent(threadId)}`}`;
}

/** Goes to a place; with `replace` without a step back in the history. */
export function go(creatorId: string, threadId: string | null, how: 'push' | 'replace' = 'push'): void {
  const link = linkTo(creatorId, threadId);
  if (location.hash === link) return;
  if (how === 'push') location.hash = link;
  else {
    history.replaceState(null, '', link);
    dispatchEvent(new HashChangeEvent('hashchange'));
  }
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return '';
  }
}
