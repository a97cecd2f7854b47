import { execFile } from 'node:child_process';

/**
 * Runs a program without input and returns what it printed.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ timeoutMs: number, env?: Record<string, string>, cwd?: string }} options
 * @returns {Promise<string>}
 * @throws Error with the program's last words when it fails or runs out of time
 */
export function run(program, args, { timeoutMs, env = {}, cwd = process.cwd() }) {
  return new Promise((resolve, reject) => {
    /** @type {import('node:child_process').ExecFileOptions & { encoding: 'utf8' }} */
    const options = {
      encoding: 'utf8',
      cwd,
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      maxBuffer: 32 * 1024 * 1024,
      env: { ...process.env, LC_ALL: 'C', ...env },
    };
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      const lastWords = `${stderr}\n${stdout}`
        .split('\n')
        .filter((line) => line.trim() !== '')
        .slice(-3)
        .join(' | ');
      const what = error.killed ? `took longer than ${timeoutMs / 1_000} s` : `failed (${error.code ?? error.signal})`;
      reject(new Error(`${program} ${args[0] ?? ''} ${what}: ${lastWords.slice(0, 500)}`, { cause: error }));
    });
    child.stdin?.end();
  });
}
