import { join } from 'node:path';
import { type RunningProcess, startDocentProcess } from './docent-process.js';
import { type PageClient, openPageClient } from './page-client.js';

/** Processes that share the work of one Docent, each with a data folder of its own. */
export interface DocentFleet {
  /** The page of the gateway that was started last. */
  page(): PageClient;
  /** Starts a process under a name, again after `kill`, and waits until it is ready. */
  start(name: string, role: 'gateway' | 'worker'): Promise<void>;
  /** SIGKILL. */
  kill(name: string): Promise<void>;
  /** SIGTERM; resolves to the exit code. */
  stop(name: string): Promise<number | null>;
  dataFolder(name: string): string;
}

const START_TRIES = 5;

/** A fleet without processes yet, over the engines that the environment names; what runs is killed when the current test ends. */
export function createDocentFleet(root: string, environment: Readonly<Record<string, string>>): DocentFleet {
  const running = new Map<string, RunningProcess>();
  let page: PageClient | undefined;
  const dataFolder = (name: string): string => join(root, name);

  const end = async (name: string, signal: NodeJS.Signals): Promise<number | null> => {
    const ending = running.get(name);
    if (ending === undefined) throw new Error(`${name} does not run`);
    running.delete(name);
    ending.process.kill(signal);
    return (await ending.ended).code;
  };

  /** As a supervisor does: a Docent whose engines are not ready in time ends, to be started again. */
  const launch = async (name: string, role: string, ready: RegExp): Promise<string> => {
    const own = { ...environment, DOCENT_ROLE: role, DOCENT_DATA_FOLDER: dataFolder(name) };
    for (let tries = 1; ; tries += 1) {
      const started = startDocentProcess(['start'], root, own);
      running.set(name, started);
      try {
        return await started.printed(ready);
      } catch (error) {
        if (tries === START_TRIES) throw error;
      }
    }
  };

  return {
    dataFolder,
    page() {
      if (page === undefined) throw new Error('no gateway has started yet');
      return page;
    },
    async start(name, role) {
      const printed = await launch(name, role, role === 'gateway' ? /ready: http\S+\n/ : /Docent is running/);
      const url = /ready: (http\S+)/.exec(printed)?.[1];
      if (url !== undefined) page = await openPageClient(url, environment['DOCENT_CREATOR'] ?? '');
    },
    async kill(name) {
      await end(name, 'SIGKILL');
    },
    stop: (name) => end(name, 'SIGTERM'),
  };
}
