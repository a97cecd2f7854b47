import { createAddDocuments } from './add-documents.js';
import { announce } from './announce.js';
import { creators, session as sessionApi } from './api.js';
import { askForText } from './dialogs.js';
import { h } from './dom.js';
import { formatBytes } from './format.js';
import { drawRoom } from './room-view.js';
import { type Room, openRoom } from './room.js';
import { go, readPlace } from './route.js';
import { toast } from './toast.js';
import type { Session } from './wire.js';

/** The session of somebody who may use the page. */
export type SignedIn = Session & { readonly signedIn: true };

/** The page of somebody who may use it: follows the address and shows a creator's room. */
export async function openWorkspace(session: SignedIn): Promise<void> {
  const root = h('div', { class: 'workspace' });
  document.body.append(root);
  let open: { readonly room: Room; readonly focusComposer: () => void; readonly leaving: AbortController } | undefined;
  let known = (await creators.list()).creators;

  const addDocuments = createAddDocuments({
    room: () => open?.room,
    acceptedExtensions: session.acceptedExtensions,
    added: () => announce('The files are being added.'),
  });
  const newCreator = async (): Promise<void> => {
    const name = await askForCreator();
    if (name === undefined) return;
    await creators.add(name);
    known = (await creators.list()).creators;
    go(name, null);
  };
  const enter = (creatorId: string): Room => {
    open?.leaving.abort();
    open?.room.close();
    const room = openRoom(creatorId, (file) => refuseFile(file, session));
    const leaving = new AbortController();
    const { elements, focusComposer } = drawRoom({
      room,
      creators: known,
      commands: session.commands.map(({ name }) => name),
      formats: formatsInWords(session),
      addDocuments,
      newCreator: () => void newCreator().catch(toast),
      signOut: session.tokenRequired ? () => void sessionApi.signOut().then(() => location.reload(), toast) : undefined,
      signal: leaving.signal,
    });
    open = { room, focusComposer, leaving };
    room.onEvent(({ type }) => {
      if (type === 'erased') void leaveErased().catch(toast);
    });
    root.replaceChildren(...elements);
    return room;
  };
  const leaveErased = async (): Promise<void> => {
    known = (await creators.list()).creators;
    await follow();
  };
  const follow = async (): Promise<void> => {
    const { creatorId, threadId } = readPlace();
    // It may have been made elsewhere in the meantime.
    if (creatorId !== null && !known.includes(creatorId)) known = (await creators.list()).creators;
    if (creatorId === null || !known.includes(creatorId)) {
      go(session.defaultCreatorId, null, 'replace');
      return;
    }
    const room = open?.room.creatorId === creatorId ? open.room : enter(creatorId);
    await room.talk.open(threadId);
  };

  addEventListener('hashchange', () => void follow().catch(toast));
  await follow();
  // Not on a phone, where it would bring up the keyboard.
  if (matchMedia('(pointer: fine)').matches) (open as { focusComposer(): void } | undefined)?.focusComposer();
}

function askForCreator(): Promise<string | undefined> {
  return askForText({
    title: 'New creator',
    label: 'Name',
    hint: 'Each creator has documents and threads of its own. Use lower-case letters, digits and hyphens.',
    value: '',
    action: 'Create',
    maxLength: 63,
    check: (text) =>
      /^[a-z0-9][a-z0-9-]{1,62}$/.test(text) ? '' : 'Use 2 to 63 lower-case letters, digits and hyphens.',
  });
}

function refuseFile(file: File, { maxUploadBytes }: SignedIn): string | undefined {
  if (file.size <= maxUploadBytes) return undefined;
  return `${file.name} has ${formatBytes(file.size)}, the limit is ${formatBytes(maxUploadBytes)}. Split it, or ask the operator to raise the limit.`;
}

/** `PDF, DOCX, TXT, MD and 3 more kinds`. */
function formatsInWords({ acceptedExtensions, maxUploadBytes }: SignedIn): string {
  const names = acceptedExtensions.map((extension) => extension.replace('.', '').toUpperCase());
  return `${names.join(', ')} · up to ${formatBytes(maxUploadBytes)} each`;
}
