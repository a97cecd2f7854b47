import { readdir, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { makeDocx } from '../../test/support/make-docx.js';
import { makePdf } from '../../test/support/make-pdf.js';
import { lessonText } from './guide.js';
import type { SectionContext } from './section.js';

const FILES = 6;
const LESSONS_A_PAGE = 3;

/** The PDF and DOCX files of the folder that was given, in name order; made ones where none was. */
export async function documentFiles({ documents, folder, isSmall }: SectionContext): Promise<string[]> {
  if (documents === undefined) return makeFiles(folder, isSmall ? 2 : 60);
  const entries = await readdir(documents, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && ['.pdf', '.docx'].includes(extname(entry.name).toLowerCase()))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

/** A PDF with as many pages, each with three lessons of the guide. */
export function madePdf(pages: number): Promise<Buffer> {
  return makePdf({
    title: 'Guide',
    pages: Array.from({ length: pages }, (_, page) =>
      Array.from({ length: LESSONS_A_PAGE }, (__, lesson) => lessonText(page * LESSONS_A_PAGE + lesson)),
    ),
  });
}

async function makeFiles(folder: string, pages: number): Promise<string[]> {
  const paths: string[] = [];
  for (let file = 0; file < FILES; file += 1) {
    const isPdf = file % 2 === 0;
    const path = join(folder, `made-${file}.${isPdf ? 'pdf' : 'docx'}`);
    const paragraphs = Array.from({ length: pages * LESSONS_A_PAGE }, (_, lesson) => lessonText(file * 1_000 + lesson));
    const bytes = isPdf ? await madePdf(pages) : await makeDocx({ title: `Guide ${file}`, sections: [{ paragraphs }] });
    await writeFile(path, bytes);
    paths.push(path);
  }
  return paths;
}
