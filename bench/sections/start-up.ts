import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { processorMs, residentMegabytes } from '../support/processes.js';
import type { SectionContext } from '../support/section.js';
import { startServers } from '../support/servers.js';

/** From the start of the process to the line that says it is ready, and its memory at that moment. */
export async function run({ folder, isSmall, record }: SectionContext): Promise<void> {
  const rounds = isSmall ? 1 : 7;
  const bare: number[] = [];
  for (let round = 0; round < rounds; round += 1) bare.push(await bareNodeMs());
  record({ what: 'Node alone, start to end', unit: 'ms', values: bare });
  await measure('embedded', {});
  const servers = await startServers({ wordMs: 0 });
  await measure('server', servers.environment);
  await servers.stop();

  async function measure(profile: string, environment: Readonly<Record<string, string>>): Promise<void> {
    const readyMs: number[] = [];
    const processor: number[] = [];
    const megabytes: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const started = await startOnce({ DOCENT_DATA_FOLDER: join(folder, `${profile}-${round}`), ...environment });
      readyMs.push(started.readyMs);
      processor.push(started.processorMs);
      megabytes.push(started.megabytes);
    }
    record(
      { what: `start to ready, ${profile}`, unit: 'ms', values: readyMs, over: 'Node alone, start to end' },
      { what: `processor time until ready, ${profile}`, unit: 'ms', values: processor },
      { what: `memory when ready, ${profile}`, unit: 'MB', values: megabytes },
    );
  }
}

/** A Docent at the moment when it said that it is ready. */
interface Started {
  readonly readyMs: number;
  readonly processorMs: number;
  readonly megabytes: number;
}

async function startOnce(environment: Record<string, string>): Promise<Started> {
  const startedAtMs = performance.now();
  const program = join(import.meta.dirname, '../../src/main.js');
  const child = spawn(process.execPath, ['--max-semi-space-size=4', program], {
    env: { PATH: process.env['PATH'], DOCENT_WEB_PORT: '0', DOCENT_LOG_LEVEL: 'error', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  if (!line.toString().startsWith('Docent is ')) throw new Error(`Docent did not start: ${line.toString()}`);
  const { pid = 0 } = child;
  const readyMs = performance.now() - startedAtMs;
  const started: Started = { readyMs, processorMs: processorMs(pid), megabytes: residentMegabytes(pid) };
  child.kill('SIGTERM');
  await once(child, 'exit');
  return started;
}

async function bareNodeMs(): Promise<number> {
  const startedAtMs = performance.now();
  await once(spawn(process.execPath, ['--eval', '']), 'exit');
  return performance.now() - startedAtMs;
}
