#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { describeCommands } from './adapters/terminal/describe-commands.js';
import type { CommandDescription } from './adapters/terminal/protocol.js';
import { takeCommonOptions } from './cli/arguments.js';
import { attach } from './cli/attach.js';
import { doctor } from './cli/doctor.js';
import { runEval } from './cli/eval.js';
import { evalHelp } from './cli/eval-help.js';
import { healthcheck } from './cli/healthcheck.js';
import { commandHelp, overview, plainCommands, plainHelp } from './cli/help.js';
import { ingestFiles } from './cli/ingest-files.js';
import { type Screen, createScreen } from './cli/screen.js';
import { createMessageView } from './cli/show-message.js';
import { runTransfer, transferCommands } from './cli/transfer.js';
import { DocentError } from './core/errors.js';
import { type LaunchOptions, PlanError, planLaunch } from './launch.js';

/** What a shell is told: all went well, the command failed, or it was stopped by Ctrl-C (128 + SIGINT). */
const EXIT = { ok: 0, failed: 1, stopped: 130 } as const;

/** Programs around this one, such as `timeout`, pass on a Ctrl-C that the terminal has sent already; so soon it is the same one. */
const SAME_SIGNAL_MS = 500;

async function main(args: readonly string[], screen: Screen, signal: AbortSignal): Promise<boolean> {
  const [word = 'help', ...rest] = args;
  const launchOptions: LaunchOptions = { environment: process.env, folder: process.cwd() };
  if (['help', '--help', '-h'].includes(word)) {
    screen.write(overview(await plannedCommands(launchOptions)));
    return true;
  }
  const end = rest.indexOf('--');
  const asksHow = rest.slice(0, end === -1 ? undefined : end).some((arg) => arg === '--help' || arg === '-h');
  if (word === 'eval' && asksHow) {
    screen.write(evalHelp());
    return true;
  }
  const plain = plainCommands.find(({ name }) => name === word);
  if (plain !== undefined && asksHow) {
    screen.write(plainHelp(plain));
    return true;
  }
  if (plain !== undefined && rest.length > 0)
    throw new DocentError('COMMAND_INPUT', {
      userMessage: `"docent ${word}" has no arguments and no options, such as "${rest[0]}". Settings are environment variables, or lines of a file .env.`,
    });
  const transfer = transferCommands.find(({ name }) => name === word);
  const described = asksHow
    ? (transfer ?? (await plannedCommands(launchOptions)).find(({ name }) => name === word))
    : undefined;
  if (described !== undefined) {
    screen.write(commandHelp(described));
    return true;
  }
  if (word === 'doctor') return doctor(launchOptions, screen, signal);
  if (word === 'eval') return runEval({ args: rest, launchOptions, screen, signal });
  if (word === 'healthcheck') return healthcheck(launchOptions, screen, signal);
  if (transfer !== undefined)
    return runTransfer({ command: transfer, args: rest, attach: () => attach(launchOptions, signal), screen, signal });
  return runCommand({ word, rest, launchOptions, screen, signal });
}

async function plannedCommands(options: LaunchOptions): Promise<CommandDescription[]> {
  const result = await planLaunch(options);
  if ('problems' in result) throw new PlanError(result.problems);
  return describeCommands(result.plan.commands);
}

async function runCommand(run: {
  readonly word: string;
  readonly rest: readonly string[];
  readonly launchOptions: LaunchOptions;
  readonly screen: Screen;
  readonly signal: AbortSignal;
}): Promise<boolean> {
  const { word, rest, launchOptions, screen, signal } = run;
  const attached = await attach(launchOptions, signal);
  try {
    const connection = await attached.connect();
    const command = connection.hello.commands.find(({ name }) => name === word);
    const options = takeCommonOptions(rest, command?.fields.map(({ option }) => option) ?? []);
    if (command?.attachments === 'required')
      return await ingestFiles({ attached, connection, command, options, screen, signal });
    const view = createMessageView(screen);
    const { creatorId, thread } = options;
    const message = await connection.run({
      command: {
        words: [word, ...options.words],
        ...(creatorId === undefined ? {} : { creatorId }),
        ...(thread === undefined ? {} : { thread }),
      },
      onStatus: (status) => screen.status(status),
      ...(options.asJson ? {} : { onText: (text) => view.append(text) }),
    });
    if (options.asJson) screen.write(`${JSON.stringify(message, null, 2)}\n`);
    else view.finish(message);
    return message.kind !== 'error';
  } finally {
    await attached.stop();
  }
}

function explain(error: unknown): string {
  if (error instanceof PlanError) return error.message;
  return error instanceof DocentError ? error.userMessage : String(error);
}

async function runMain(): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const screen = createScreen(process.stdout, process.stderr);
  const stopping = new AbortController();
  let stoppedAt = 0;
  process.on('SIGINT', () => {
    if (!stopping.signal.aborted) {
      stoppedAt = performance.now();
      stopping.abort(new DocentError('CANCELLED', { userMessage: 'Stopped.' }));
    } else if (performance.now() - stoppedAt > SAME_SIGNAL_MS) process.exit(EXIT.stopped);
  });
  // Whoever reads the output may have seen enough, as `head` has.
  process.stdout.on('error', () => process.exit(EXIT.ok));
  try {
    const isWell = await main(process.argv.slice(2), screen, stopping.signal);
    process.exitCode = isWell ? EXIT.ok : EXIT.failed;
  } catch (error) {
    screen.note(explain(error));
    process.exitCode = stopping.signal.aborted ? EXIT.stopped : EXIT.failed;
  }
  // What was written reaches a pipe before the end; what an engine left open does not hold the program up.
  process.stdout.write('', () => process.exit());
}

// A running Docent is the program itself, with its own signals and its own end.
if (process.argv[2] === 'start' && process.argv.length === 3) await import('./main.js');
else await runMain();
