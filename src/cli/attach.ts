import { resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { socketPathOf } from '../adapters/terminal/socket-path.js';
import { type TerminalConnection, connectTerminal } from '../adapters/terminal/terminal-client.js';
import type { RunningDocent } from '../core/app.js';
import { DocentError } from '../core/errors.js';
import { type LaunchOptions, PlanError, launch, planLaunch } from '../launch.js';

/** How long a Docent that owns the data folder may take until it listens, in milliseconds. */
const LISTENS_WITHIN_MS = 10_000;
const TRY_AGAIN_MS = 100;
/** How long background work may take to end when this process is done, in milliseconds; the next start goes on with it. */
const DRAIN_MS = 2_000;

/** A Docent that commands can be sent to. */
export interface Attached {
  /** The one that runs in this process, for as long as this command; undefined for another process's. */
  readonly own: RunningDocent | undefined;
  readonly dataFolder: string;
  /** A new connection, for one command. */
  connect(): Promise<TerminalConnection>;
  stop(): Promise<void>;
}

/**
 * The Docent that runs on the data folder or, when there is none, one in this process: not connected to the page and
 * other chat platforms, and used through the same socket.
 * @throws PlanError, DocentError as `launch`; the signal's reason when aborted.
 */
export async function attach(options: LaunchOptions, signal: AbortSignal): Promise<Attached> {
  const result = await planLaunch(options);
  if ('problems' in result) throw new PlanError(result.problems);
  const dataFolder = resolve(options.folder, result.plan.core.dataFolder);
  const socketPath = await socketPathOf(dataFolder);
  const found = await connectTerminal(socketPath, signal);
  found?.close();
  const own = found === undefined ? await launchHere(options) : undefined;
  return {
    own,
    dataFolder,
    connect: () => connectInTime(socketPath, dataFolder, signal),
    stop: async () => own?.stop(DRAIN_MS),
  };
}

/**
 * Starts one that reads documents, and answers nobody but this command: what people asked is for a Docent that stays.
 * Undefined when another Docent took the data folder a moment ago.
 */
async function launchHere(options: LaunchOptions): Promise<RunningDocent | undefined> {
  // The answer is what is wanted on the screen; what goes wrong is still told.
  const environment = { DOCENT_LOG_LEVEL: 'error', ...options.environment };
  try {
    return await launch({ ...options, environment, role: 'worker' });
  } catch (error) {
    if (error instanceof DocentError && error.code === 'DATA_FOLDER_IN_USE') return undefined;
    throw error;
  }
}

async function connectInTime(socketPath: string, dataFolder: string, signal: AbortSignal): Promise<TerminalConnection> {
  for (let waitedMs = 0; waitedMs <= LISTENS_WITHIN_MS; waitedMs += TRY_AGAIN_MS) {
    const connection = await connectTerminal(socketPath, signal);
    if (connection !== undefined) return connection;
    await wait(TRY_AGAIN_MS, undefined, { signal });
  }
  throw new DocentError('DATA_FOLDER_IN_USE', {
    userMessage: `Another Docent owns the data folder ${dataFolder} but does not listen for terminals at ${socketPath}. Restart that one, or choose another data folder in DOCENT_DATA_FOLDER.`,
  });
}
