import { askForText, confirmAction } from './dialogs.js';
import { h } from './dom.js';
import { createMenu } from './menu.js';
import type { Room } from './room.js';
import type { Thread } from './wire.js';

/** What the header works with. */
export interface ThreadHeaderOptions {
  readonly room: Room;
  /** Commands that need no input, by name. */
  readonly commands: readonly string[];
  readonly runCommand: (command: string) => void;
  readonly leave: () => void;
  readonly report: (problem: unknown) => void;
}

/** The thread's name, and what can be done with it. */
export function createThreadHeader(options: ThreadHeaderOptions): HTMLElement[] {
  const { room } = options;
  const title = h('h1', { class: 'thread-heading' });
  const openThread = (): Thread | undefined => {
    const { threadId } = room.talk.state.value;
    return room.threads.state.value.threads.find((thread) => thread.threadId === threadId);
  };

  const rename = async (thread: Thread): Promise<void> => {
    const name = await askForText({
      title: 'Rename thread',
      label: 'Name',
      value: thread.title ?? '',
      action: 'Rename',
      maxLength: 200,
    });
    if (name !== undefined && name !== '') await room.api.renameThread(thread.threadId, name);
  };
  const remove = async (thread: Thread): Promise<void> => {
    const isSure = await confirmAction({
      title: 'Delete this thread?',
      text: `“${thread.title ?? 'New thread'}” and what Docent remembers of it will be gone. Documents stay.`,
      action: 'Delete',
      isDangerous: true,
    });
    if (!isSure) return;
    await room.api.deleteThread(thread.threadId);
    options.leave();
  };
  const menu = createMenu('Thread options', () => {
    const thread = openThread();
    if (thread === undefined) return [];
    const command = (name: string, label: string) =>
      options.commands.includes(name) ? [{ label, run: () => options.runCommand(name) }] : [];
    return [
      { label: 'Rename', run: () => void rename(thread).catch(options.report) },
      ...command('summary', 'Summary'),
      ...command('reset', 'Forget what was said'),
      { label: 'Delete', isDangerous: true, run: () => void remove(thread).catch(options.report) },
    ];
  });

  const show = (): void => {
    const { threadId } = room.talk.state.value;
    const name = threadId === null ? 'New thread' : (openThread()?.title ?? 'Thread');
    title.textContent = name;
    menu.hidden = threadId === null;
    document.title = threadId === null ? `${room.creatorId} · Docent` : `${name} · Docent`;
  };
  room.talk.state.watch(show);
  room.threads.state.watch(show);
  return [title, menu];
}
