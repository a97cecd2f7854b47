import { stripUnseen } from '../chat/escape.js';
import { DocentError } from '../errors.js';

/** The most characters of a document's name. */
const MAX_NAME_CHARACTERS = 200;

/**
 * The name a posted file is known by, in Unicode NFC, without unseen characters and outer space. A file out of a folder
 * keeps the path inside it, with `/`, so that two files of one name in two folders stay two documents; it is never used
 * as a path.
 * @throws DocentError `DOCUMENT_NAME_INVALID` when nothing is left, or more than 200 characters are.
 */
export function documentNameOf(fileName: string): string {
  const parts = stripUnseen(fileName.toWellFormed())
    .split(/[/\\]/)
    .map((part) => part.replaceAll(/\s+/g, ' ').trim())
    .filter((part) => part !== '' && !/^(?:\.{1,2}|[a-z]:)$/i.test(part));
  const name = parts.join('/').normalize('NFC');
  if (name !== '' && name.length <= MAX_NAME_CHARACTERS) return name;
  const problem = name === '' ? 'The file has no name.' : `The file's name has ${name.length} characters.`;
  throw new DocentError('DOCUMENT_NAME_INVALID', {
    userMessage: `${problem} Give it a name of 1 to ${MAX_NAME_CHARACTERS} characters and post it again.`,
  });
}
