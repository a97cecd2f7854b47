import type { AddDocuments } from './add-documents.js';
import { announce } from './announce.js';
import { createAsk } from './ask.js';
import { createComposer } from './composer.js';
import { createDocumentsView } from './documents-view.js';
import { h } from './dom.js';
import { createHealthView } from './health-view.js';
import { withoutMarkup } from './markdown.js';
import { createPanel } from './panel.js';
import { createPassageDrawer } from './passage-drawer.js';
import { createRail } from './rail.js';
import type { Room } from './room.js';
import { go } from './route.js';
import { createSheets } from './sheets.js';
import { createStatsView } from './stats-view.js';
import { createThreadHeader } from './thread-header.js';
import { createThreadView } from './thread-view.js';
import { toast } from './toast.js';

/** What a room is drawn from. */
export interface RoomViewOptions {
  readonly room: Room;
  readonly creators: readonly string[];
  /** Commands that need no input, by name. */
  readonly commands: readonly string[];
  /** File kinds in words. */
  readonly formats: string;
  readonly addDocuments: AddDocuments;
  readonly newCreator: () => void;
  readonly signOut: (() => void) | undefined;
  /** Aborted when another room takes its place. */
  readonly signal: AbortSignal;
}

/** A creator's room: threads on the left, the open one in the middle, documents and figures on the right. */
export function drawRoom(options: RoomViewOptions): {
  readonly elements: readonly HTMLElement[];
  focusComposer(): void;
} {
  const { room, commands, addDocuments } = options;
  const ask = createAsk(room);
  const chooseFiles = (): void => addDocuments.choose();
  const newThread = (): void => {
    go(room.creatorId, null);
    composer.focus();
  };

  let openThreadId = room.talk.state.value.threadId;
  const drawer = createPassageDrawer(room.api, options.signal);
  const thread = createThreadView(
    room,
    {
      openSource: ({ reply }, source, opener) => reply !== null && drawer.open(reply, source, opener),
      vote: (exchange, vote, reason) => room.api.vote(exchange, vote, reason),
      askAgain: (question) => void ask({ text: question }).catch(toast),
      rephrase: (question) => composer.write(question),
      addDocuments: chooseFiles,
      isLearning: () =>
        room.documents.state.value.documents.some(({ status }) => status !== 'ready' && status !== 'failed'),
    },
    options.formats,
  );
  const composer = createComposer({
    commands,
    chooseFiles,
    send: async (written) => {
      await ask(written);
      thread.toEnd();
    },
  });
  const heading = createThreadHeader({
    room,
    commands,
    runCommand: (command) => void ask({ command }).catch(toast),
    leave: newThread,
    report: toast,
  });
  const rail = createRail({ ...options, chooseCreator: (creatorId) => go(creatorId, null), newThread });
  const panel = drawPanel(options, chooseFiles);
  const sheets = createSheets({ rail, panel, signal: options.signal });

  room.talk.state.watch(({ threadId }) => {
    if (threadId !== openThreadId) {
      sheets.close();
      drawer.close();
    }
    openThreadId = threadId;
  });
  room.onEvent((event) => {
    if (event.type === 'upload' && event.upload.message !== null) announce(withoutMarkup(event.upload.message.text));
    if (event.type === 'threadRemoved' && event.threadId === room.talk.state.value.threadId) newThread();
  });
  const header = h('header', { class: 'thread-header' }, sheets.openers.rail, ...heading, sheets.openers.panel);
  const main = h('main', { class: 'conversation' }, header, thread.element, composer.element);
  return {
    elements: [awayBanner(room), rail, main, panel, sheets.backdrop, drawer.element],
    focusComposer: composer.focus,
  };
}

function drawPanel({ room, addDocuments }: RoomViewOptions, chooseFiles: () => void): HTMLElement {
  const stats = createStatsView(room.api);
  const health = createHealthView(room.api);
  const documents = createDocumentsView(room, {
    chooseFiles,
    replace: (name) => addDocuments.choose(name),
    report: toast,
  });
  const { element } = createPanel([
    { id: 'documents', label: 'Documents', element: documents },
    { id: 'stats', label: 'Stats', element: stats.element, shown: stats.refresh },
    { id: 'health', label: 'Health', element: health.element, shown: health.refresh },
  ]);
  return element;
}

/** Says that the server is away, and nothing while it is not. */
function awayBanner(room: Room): HTMLElement {
  const banner = h('p', { class: 'away-banner', role: 'status' });
  room.isAway.watch((isAway) => {
    banner.textContent = isAway ? 'Docent is away. This page comes back by itself.' : '';
    banner.hidden = !isAway;
  });
  return banner;
}
