import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { Servers } from './servers.js';

type Addresses = Pick<Servers, 'redisUrl' | 'chromaUrl' | 'ollamaUrl'>;

/** A LangChain.js chain over its own Chroma collection and Redis history. */
export interface AnswerChain {
  add(texts: readonly string[]): Promise<void>;
  answer(question: string, sessionId: string, onText: () => void): Promise<string>;
  stop(): Promise<void>;
}

/** LangChain.js's loaders, splitter and Chroma store, in a process of their own. */
export interface FileIngestion {
  /** Those of the files that it finds text in. */
  readable(paths: readonly string[]): Promise<string[]>;
  ingest(
    paths: readonly string[],
    collection: string,
  ): Promise<{ readonly chunks: number; readonly durationMs: number }>;
  stop(): void;
}

/** The comparison, where it is installed. */
export interface LangChain {
  createAnswerChain(servers: Addresses, contextTokens: number): Promise<AnswerChain>;
  startIngestion(servers: Addresses): FileIngestion;
}

/** The folder of the programs themselves: they are not compiled, because their packages are only there when somebody compares. */
const FOLDER = join(process.cwd(), 'bench');

const readableSchema = z.object({ readable: z.array(z.string()) });
const ingestedSchema = z.object({ chunks: z.number(), durationMs: z.number() });

/** The comparison; undefined, and a note that says how to get it, where its packages are not installed. */
export async function loadLangChain(note: (text: string) => void): Promise<LangChain | undefined> {
  if (!existsSync(join(FOLDER, 'node_modules', '@langchain'))) {
    note('without LangChain.js, which `npm ci --prefix bench` installs for the comparison');
    return undefined;
  }
  const chain = (await import(pathToFileURL(join(FOLDER, 'langchain', 'answer-chain.mjs')).href)) as Pick<
    LangChain,
    'createAnswerChain'
  >;
  return { createAnswerChain: chain.createAnswerChain, startIngestion };
}

function startIngestion(servers: Addresses): FileIngestion {
  const child = fork(join(FOLDER, 'langchain', 'ingest-process.mjs'));
  const ask = async (request: object): Promise<unknown> => {
    const answered = once(child, 'message') as Promise<[unknown]>;
    const ended = once(child, 'exit').then(([code]): never => {
      throw new Error(`LangChain.js ended with ${String(code)}`);
    });
    child.send(request);
    const [answer] = await Promise.race([answered, ended]);
    return answer;
  };
  return {
    readable: async (paths) => readableSchema.parse(await ask({ paths })).readable,
    ingest: async (paths, collection) => ingestedSchema.parse(await ask({ paths, collection, servers })),
    stop: () => void child.kill('SIGKILL'),
  };
}
