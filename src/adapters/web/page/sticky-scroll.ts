import { h } from './dom.js';
import { icon } from './icons.js';

/** How far from the end still counts as being there. */
const NEAR_PX = 60;

/** Keeps a growing list at its end for as long as the reader is there, and never takes the reader away from elsewhere. */
export interface StickyScroll {
  /** Brings the reader back to the end. */
  readonly jumpButton: HTMLElement;
  toEnd(): void;
  /** Runs a change that adds content above, without moving what is read. */
  keepPlace(change: () => Promise<void>): Promise<void>;
}

/** Follows `content` as it grows inside `scroller`. */
export function createStickyScroll(scroller: HTMLElement, content: HTMLElement): StickyScroll {
  let isAtEnd = true;
  let isHeld = false;
  const toEnd = (): void => {
    isAtEnd = true;
    scroller.scrollTop = scroller.scrollHeight;
  };
  const jumpButton = h(
    'button',
    { type: 'button', class: 'jump-button', hidden: true, onclick: toEnd },
    icon('arrowDown'),
    'Newest',
  );
  const look = (): void => {
    const below = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
    isAtEnd = below < NEAR_PX;
    jumpButton.hidden = below < scroller.clientHeight / 2;
  };

  scroller.addEventListener('scroll', look, { passive: true });
  const follow = (): void => {
    if (isHeld) return;
    if (isAtEnd) toEnd();
    else look();
  };
  const observer = new ResizeObserver(follow);
  observer.observe(content);
  observer.observe(scroller);

  return {
    jumpButton,
    toEnd,
    async keepPlace(change) {
      isHeld = true;
      const fromEnd = scroller.scrollHeight - scroller.scrollTop;
      await change();
      scroller.scrollTop = scroller.scrollHeight - fromEnd;
      isHeld = false;
      look();
    },
  };
}
