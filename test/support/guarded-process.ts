import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Starts the program, says its process id, and kills it when the input ends: that it does when the process that holds
 * its other end is gone, however it went. A signal to the whole group must not leave a program behind that only shuts
 * its port on it.
 */
const GUARD = `exec 3<&0
trap 'kill -9 "$server"' INT TERM HUP
"$@" 3<&- </dev/null >&2 &
server=$!
echo "$server"
(trap '' INT TERM HUP; cat >/dev/null; kill -9 "$server") <&3 3<&- >/dev/null 2>&1 &
exec 3<&- </dev/null
wait "$server"`;

const LAST_WORDS = 2_000;

/** A program that does not outlive this process. */
export interface GuardedProcess {
  readonly pid: number;
  /** Resolves with the last of what it printed when it has ended. */
  readonly ended: Promise<string>;
  /** Sends a signal to the program itself. */
  signal(name: NodeJS.Signals): void;
}

/** Starts a program that is killed when this process ends, even by SIGKILL. */
export async function startGuarded(command: string, args: readonly string[]): Promise<GuardedProcess> {
  const guard = spawn('sh', ['-c', GUARD, 'sh', command, ...args], { stdio: 'pipe' });
  let words = '';
  guard.stderr.setEncoding('utf8').on('data', (text: string) => (words = (words + text).slice(-LAST_WORDS)));
  guard.stdin.on('error', () => undefined);
  const ended = once(guard, 'exit').then(() => {
    guard.stdin.destroy();
    return words;
  });
  const [line] = (await once(guard.stdout.setEncoding('utf8'), 'data')) as [string];
  const pid = Number(line);
  return { pid, ended, signal: (name) => void process.kill(pid, name) };
}
