import type { ReplyStatus } from '../core/ports/chat-adapter.js';
import { drawMarkdown, plainText } from './plain-text.js';

const BAR_WIDTH = 24;
const CLEAR_LINE = '\r\u001B[K';

/** The part of a stream that the screen needs. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Where a command shows what it does: results on standard output, everything else on standard error. */
export interface Screen {
  /** Whether somebody watches, so that text may come bit by bit. */
  readonly isInteractive: boolean;
  /** Writes to standard output as it is, control characters taken out. */
  write(text: string): void;
  /** The same for CommonMark, drawn as far as a terminal goes. */
  writeMarkdown(markdown: string): void;
  /** Writes a line of its own to standard error. */
  note(text: string): void;
  /** Shows a status in place of the one before, where somebody watches. */
  status(status: ReplyStatus): void;
}

/** Draws on a program's two outputs. */
export function createScreen(stdout: Output, stderr: Output): Screen {
  const isInteractive = stdout.isTTY === true && stderr.isTTY === true;
  let hasStatus = false;
  const clear = (): void => {
    if (hasStatus) stderr.write(CLEAR_LINE);
    hasStatus = false;
  };
  return {
    isInteractive,
    write(text) {
      clear();
      stdout.write(plainText(text));
    },
    writeMarkdown(markdown) {
      clear();
      stdout.write(drawMarkdown(plainText(markdown), isInteractive ? bold : undefined));
    },
    note(text) {
      clear();
      stderr.write(`${plainText(text)}\n`);
    },
    status(status) {
      if (!isInteractive) return;
      // A terminal of unknown width says 0.
      const columns = stderr.columns === undefined || stderr.columns < 2 ? 80 : stderr.columns;
      stderr.write(`${CLEAR_LINE}${statusLine(status, columns - 1)}`);
      hasStatus = true;
    },
  };
}

function bold(text: string): string {
  return `\u001B[1m${text}\u001B[22m`;
}

/** One line that fits; a status is the one thing that may be cut, because the next one replaces it. */
export function statusLine({ text, progress }: ReplyStatus, columns: number): string {
  const bar = progress === undefined || progress.total <= 0 ? '' : `${progressBar(progress.done / progress.total)} `;
  return `${bar}${plainText(text).replaceAll(/\s+/g, ' ')}`.slice(0, columns);
}

function progressBar(share: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * BAR_WIDTH);
  return `[${'#'.repeat(filled)}${'-'.repeat(BAR_WIDTH - filled)}]`;
}

/** Rows under a head, columns padded to their widest cell. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows].map((row) => row.map((cell) => plainText(cell).replaceAll(/\s+/g, ' ')));
  const widths = head.map((_, column) => all.reduce((widest, row) => Math.max(widest, lengthOf(row[column] ?? '')), 0));
  const pad = (cell: string, column: number): string => cell + ' '.repeat((widths[column] ?? 0) - lengthOf(cell));
  return all.map((row) => `${row.map(pad).join('  ').trimEnd()}\n`).join('');
}

const characters = new Intl.Segmenter();

function lengthOf(text: string): number {
  return [...characters.segment(text)].length;
}
