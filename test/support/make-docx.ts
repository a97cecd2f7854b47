import {
  Document,
  FootnoteReferenceRun,
  HeadingLevel,
  ImageRun,
  LevelFormat,
  Packer,
  Paragraph,
  Table,
  TableCell,
  TableRow,
  TextRun,
} from 'docx';

/** A stretch of a document: its parts come in the order of these fields. */
export interface DocxSection {
  readonly heading?: string;
  /** 1 is the outermost and the default. */
  readonly level?: 1 | 2 | 3;
  readonly paragraphs?: readonly string[];
  /** A paragraph with a footnote. */
  readonly noted?: { readonly text: string; readonly note: string };
  /** Bullets. */
  readonly list?: readonly string[];
  /** Numbered. */
  readonly steps?: readonly string[];
  /** Rows of cells, the header first. */
  readonly table?: readonly (readonly string[])[];
  /** A picture, which no parser reads. */
  readonly picture?: Buffer;
}

export interface DocxContent {
  /** Stands at the top in the style "Title". */
  readonly title?: string;
  readonly sections: readonly DocxSection[];
}

const headingLevels = { 1: HeadingLevel.HEADING_1, 2: HeadingLevel.HEADING_2, 3: HeadingLevel.HEADING_3 };
const STEPS = 'steps';

/** A small real Word document. */
export function makeDocx({ title, sections }: DocxContent): Promise<Buffer> {
  const notes = sections.flatMap(({ noted }) => (noted === undefined ? [] : [noted.note]));
  const steps = { level: 0, format: LevelFormat.DECIMAL, text: '%1.' };
  let note = 0;
  const document = new Document({
    numbering: { config: [{ reference: STEPS, levels: [steps] }] },
    footnotes: Object.fromEntries(notes.map((text, index) => [index + 1, { children: [new Paragraph(text)] }])),
    sections: [
      {
        children: [
          ...(title === undefined ? [] : [new Paragraph({ text: title, heading: HeadingLevel.TITLE })]),
          ...sections.flatMap((section) => childrenOf(section, section.noted === undefined ? note : ++note)),
        ],
      },
    ],
  });
  return Packer.toBuffer(document);
}

function childrenOf(section: DocxSection, note: number): (Paragraph | Table)[] {
  const { heading, level = 1, paragraphs = [], noted, list = [], steps = [], table, picture } = section;
  return [
    ...(heading === undefined ? [] : [new Paragraph({ text: heading, heading: headingLevels[level] })]),
    ...paragraphs.map((text) => new Paragraph(text)),
    ...(noted === undefined
      ? []
      : [new Paragraph({ children: [new TextRun(noted.text), new FootnoteReferenceRun(note)] })]),
    ...list.map((text) => new Paragraph({ text, bullet: { level: 0 } })),
    ...steps.map((text) => new Paragraph({ text, numbering: { reference: STEPS, level: 0 } })),
    ...(table === undefined ? [] : [tableOf(table)]),
    ...(picture === undefined ? [] : [pictureOf(picture)]),
  ];
}

function tableOf(rows: readonly (readonly string[])[]): Table {
  return new Table({
    rows: rows.map(
      (cells) => new TableRow({ children: cells.map((text) => new TableCell({ children: [new Paragraph(text)] })) }),
    ),
  });
}

function pictureOf(data: Buffer): Paragraph {
  return new Paragraph({ children: [new ImageRun({ type: 'png', data, transformation: { width: 10, height: 10 } })] });
}
