import { confirmAction } from './dialogs.js';
import { h } from './dom.js';
import { formatNames } from './format.js';
import type { Room } from './room.js';
import { toast } from './toast.js';
import type { FileToSend } from './upload-queue.js';

/** Ways to bring documents in: a file picker, and dropping files anywhere on the page. */
export interface AddDocuments {
  /** Opens the picker; with a name, the one chosen file takes that document's place. */
  choose(replacedName?: string): void;
}

/** Installs dropping once for the page; `added` is called when files are on their way. */
export function createAddDocuments(options: {
  readonly room: () => Room | undefined;
  readonly acceptedExtensions: readonly string[];
  readonly added: () => void;
}): AddDocuments {
  const add = async (files: readonly FileToSend[], isReplacement: boolean): Promise<void> => {
    const room = options.room();
    if (room === undefined) return;
    const knownNames = isReplacement ? [] : await room.api.knownDocuments(files.map(({ name }) => name));
    const known = files.filter(({ name }) => knownNames.includes(name));
    const wanted =
      known.length === 0 || (await confirmReplacing(known)) ? files : files.filter((file) => !known.includes(file));
    if (wanted.length === 0) return;
    room.uploads.add(wanted);
    options.added();
  };
  acceptDrops(
    (files) => void add(files.map(named), false).catch(toast),
    () => options.room()?.creatorId ?? 'Docent',
  );

  return {
    choose(replacedName) {
      const input = h('input', {
        type: 'file',
        multiple: replacedName === undefined,
        accept: options.acceptedExtensions.join(','),
        hidden: true,
        'aria-label': 'Choose documents',
      });
      input.addEventListener('change', () => {
        const files = [...(input.files ?? [])];
        const [first] = files;
        if (replacedName !== undefined && first !== undefined)
          void add([{ name: replacedName, file: first }], true).catch(toast);
        else void add(files.map(named), false).catch(toast);
        input.remove();
      });
      input.addEventListener('cancel', () => input.remove());
      // Some browsers open the picker only for an input that is in the page.
      document.body.append(input);
      input.click();
    },
  };
}

function named(file: File): FileToSend {
  return { name: file.name.normalize('NFC'), file };
}

function confirmReplacing(known: readonly FileToSend[]): Promise<boolean> {
  const names = formatNames(
    known.map(({ name }) => name),
    known.length,
    5,
  );
  const isOne = known.length === 1;
  return confirmAction({
    title: isOne ? 'Replace the document?' : `Replace ${known.length} documents?`,
    text: `${names} ${isOne ? 'is' : 'are'} here already. The new ${isOne ? 'version takes its' : 'versions take their'} place once ${isOne ? 'it is' : 'they are'} read.`,
    action: 'Replace',
  });
}

/** Takes files that are dropped anywhere, and shows where they will go while they hover. */
function acceptDrops(dropped: (files: readonly File[]) => void, target: () => string): void {
  const words = h('p', {});
  const overlay = h('div', { class: 'drop-overlay', hidden: true }, words);
  document.body.append(overlay);
  const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true;

  addEventListener('dragenter', (event) => {
    if (!hasFiles(event)) return;
    words.textContent = `Drop to add to ${target()}`;
    overlay.hidden = false;
  });
  addEventListener('dragover', (event) => {
    if (hasFiles(event)) event.preventDefault();
  });
  addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) overlay.hidden = true;
  });
  addEventListener('drop', (event) => {
    overlay.hidden = true;
    if (!hasFiles(event)) return;
    event.preventDefault();
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length > 0) dropped(files);
  });
}
