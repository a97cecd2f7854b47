import type { Figure } from './figures.js';

/** What a section is run with. */
export interface SectionContext {
  /** Empty at first, and removed afterwards. */
  readonly folder: string;
  /** A folder with PDF and DOCX files; undefined: the section makes its own. */
  readonly documents: string | undefined;
  /** Sizes that only show that everything works. */
  readonly isSmall: boolean;
  record(...figures: readonly Figure[]): void;
  /** Something that the reader of the figures should know. */
  note(text: string): void;
  /** Keeps a PNG beside the results. */
  picture(name: string, png: Buffer): Promise<void>;
}

/** Measures one subject, in a process of its own. */
export type Section = (context: SectionContext) => Promise<void>;

/** Where each section is, with what it measures, in the order in which all of them run. */
export const sections: Readonly<Record<string, { readonly measures: string; load(): Promise<{ run: Section }> }>> = {
  answer: {
    measures: 'a question on the server profile, over the bare engine calls and LangChain.js',
    load: () => import('../sections/answer.js'),
  },
  'answer-embedded': {
    measures: 'a question on the embedded profile, over the bare engine calls',
    load: () => import('../sections/answer-embedded.js'),
  },
  ingestion: {
    measures: 'PDF and DOCX files on the server profile, over parse and store by hand and LangChain.js',
    load: () => import('../sections/ingestion.js'),
  },
  'ingestion-embedded': {
    measures: 'the same files on the embedded profile, and how fast vectors follow',
    load: () => import('../sections/ingestion-embedded.js'),
  },
  threads: {
    measures: '200 threads at once over a model of four slots of one second',
    load: () => import('../sections/threads.js'),
  },
  jobs: {
    measures: 'durable jobs of many groups, beside BullMQ',
    load: () => import('../sections/jobs.js'),
  },
  growth: {
    measures: 'searches among 1,000 to 100,000 chunks, on Chroma and on the embedded index',
    load: () => import('../sections/growth.js'),
  },
  creators: { measures: 'searches beside 1,000 creators', load: () => import('../sections/creators.js') },
  'long-pdf': { measures: 'a PDF of 2,000 pages: time and memory', load: () => import('../sections/long-pdf.js') },
  'start-up': { measures: 'start to ready, and memory, per profile', load: () => import('../sections/start-up.js') },
  replica: {
    measures: "the copy that a process makes of a creator's shared passages",
    load: () => import('../sections/replica.js'),
  },
  reading: {
    measures: 'small files, and a hostile one that unpacks to a gigabyte',
    load: () => import('../sections/reading.js'),
  },
};
