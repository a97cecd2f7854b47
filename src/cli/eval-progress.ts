import type { ReplyStatus } from '../core/ports/chat-adapter.js';
import type { Screen } from './screen.js';

/** Notes of one stage, where nobody watches a bar. */
const NOTES_A_STAGE = 10;

/** Shows how far an evaluation is: a bar where somebody watches, else a line at every tenth of a stage, for a log. */
export function createProgress(screen: Screen): (status: ReplyStatus) => void {
  let noted = '';
  return (status) => {
    screen.status(status);
    const { text, progress } = status;
    if (screen.isInteractive || progress === undefined || progress.total === 0) return;
    const stage = text.replace(/:.*/s, '');
    const tenth = `${stage} ${Math.floor((progress.done / progress.total) * NOTES_A_STAGE)}`;
    if (tenth !== noted) screen.note(text);
    noted = tenth;
  };
}
